"""Executes the steps of scripts: sends messages, and maps the answers to places in the files."""
