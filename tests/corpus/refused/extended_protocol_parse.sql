SELECT 1 \parse s
