"""What psql would send: scripts in, statements out. Pure: no driver, no server."""
