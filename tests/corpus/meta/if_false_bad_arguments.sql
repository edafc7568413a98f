\if false
\set x 'open
\echo "open
\set bad-name 1
\unset
\encoding nope
\endif
SELECT 1;
