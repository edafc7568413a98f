SELECT 1;
\g
SELECT 2 \g
\g
\gx
