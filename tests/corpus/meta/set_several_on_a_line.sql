\set x 1 \set y 2 \set z :x:y
SELECT :x, :y, :z;
\set x a\set y b
SELECT :'x', :'y';
