"""What a new project needs beside its docker-compose.yml."""
