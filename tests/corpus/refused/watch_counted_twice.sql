SELECT 1 \watch c=2 c=3
