\set x 1
\restrict k1
SELECT :x;
\unrestrict k1
\set x 2
SELECT :x;
