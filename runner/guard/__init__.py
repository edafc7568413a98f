"""Whether a run would lose rows that the scripts did not write, judged by effect."""
