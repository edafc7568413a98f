"""Connections to PostgreSQL: parameters, TLS, tokens of AWS, the session, messages on the wire."""
