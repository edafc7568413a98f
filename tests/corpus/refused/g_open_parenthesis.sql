SELECT 1 \gx (format=csv title=a
