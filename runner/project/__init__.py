"""The files that `init` adds to a project beside its docker-compose.yml."""
