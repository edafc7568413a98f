"""What a database holds: its catalog read, compared, and the rows of its tables."""
