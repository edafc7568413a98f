\set x :y
\set y ':x'
\set x ':y'
SELECT :x;
\set me ':me'
SELECT :me, 1;
SELECT 2;
