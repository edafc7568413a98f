"""The SQL that makes a database what the scripts build: searched, proven, never committed."""
