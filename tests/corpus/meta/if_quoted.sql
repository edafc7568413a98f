\if 'true'
SELECT 1;
\endif
\if 't'rue
SELECT 2;
\endif
\if '0'
SELECT 3;
\else
SELECT 4;
\endif
