"""The scripts run in a throw-away database, to find what only a server can know."""
