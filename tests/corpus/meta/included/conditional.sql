\if :{?x}
SELECT :'x';
\else
SELECT 'no x';
\endif
