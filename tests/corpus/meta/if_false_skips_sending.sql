\if false
SELECT 1 \g
SELECT 2 \gset
SELECT 3 \gexec
SELECT 4 \gx
SELECT 5\; SELECT 6;
\endif
SELECT 7;
