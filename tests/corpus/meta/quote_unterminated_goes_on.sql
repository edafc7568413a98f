\echo Let's start
\qecho say "hi
\if true
\warn 'open
\endif
SELECT 1;
\set x it's
SELECT :'x';
\set y a 'b\n
SELECT :'y';
SELECT 2 \g it's
SELECT 3;
\pset format 'csv
SELECT 4;
