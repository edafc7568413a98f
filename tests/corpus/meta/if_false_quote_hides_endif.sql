\if false
SELECT 'it
\endif
SELECT 1;
';
\endif
SELECT 2;
