"""psql's reading of scripts: the statements and commands that it would send. Pure."""
