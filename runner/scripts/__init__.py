"""The folder of scripts: which files run, in which order, and the files that they name."""
