"""Scripts and the programs of shell scripts, each in what looks like a session of its own."""
