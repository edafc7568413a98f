SELECT 1 \watch c=2 i=x
