"""Results and errors for people and for programs: text, JSON, one target or several."""
