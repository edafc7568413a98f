"""Connections to PostgreSQL: parameters, TLS, AWS tokens, sessions and protocol messages."""
