"""Check the text of the scripts before connecting to a server."""
