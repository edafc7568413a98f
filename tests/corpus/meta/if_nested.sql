\if true
\if false
SELECT 1;
\else
SELECT 2;
\endif
SELECT 3;
\else
\if true
SELECT 4;
\else
SELECT 5;
\endif
SELECT 6;
\endif
SELECT 7;
