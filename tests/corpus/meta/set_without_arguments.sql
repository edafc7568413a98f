\set
SELECT 1;
\set \set x 1
SELECT :x;
