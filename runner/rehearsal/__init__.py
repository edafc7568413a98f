"""Run the scripts in a temporary database, to find errors that only a server can find."""
