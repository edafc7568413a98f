"""The catalog and the rows of a database: read, and compared with those of another database."""
