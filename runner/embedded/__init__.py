"""The embedded PostgreSQL: its programs, and its server for the time of a command."""
