"""Read the catalog and the rows of a database, and compare them with another database."""
