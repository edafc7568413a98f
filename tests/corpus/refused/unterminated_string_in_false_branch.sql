\if false
SELECT 'it;
\endif
