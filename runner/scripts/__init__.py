"""The folder of scripts: the files that run, their order, and the files that they name."""
