SELECT 1 \g
SELECT 2 \r
\g
SELECT 3;
\r
\g
