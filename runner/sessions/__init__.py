"""Scripts, and the client programs of shell scripts, each in what looks like its own session."""
