SELECT 1 \close s
