"""The embedded PostgreSQL: its programs, its data directory, and its server."""
