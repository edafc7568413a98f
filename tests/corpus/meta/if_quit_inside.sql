SELECT 1;
\if true
\q
\endif
SELECT 2;
