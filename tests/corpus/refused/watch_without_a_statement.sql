\watch c=2
