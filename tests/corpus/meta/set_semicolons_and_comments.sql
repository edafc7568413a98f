\set x 1;
SELECT :x
SELECT 2;
\set y a -- b /* c */
SELECT :'y';
