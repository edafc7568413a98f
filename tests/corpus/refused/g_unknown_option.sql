SELECT 1;
SELECT 2 \g (format=csv formt=x)
