\set x a\:b
SELECT 1;
\set y b\;
SELECT :'y';
