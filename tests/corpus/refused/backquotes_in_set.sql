\set x `echo 1`
SELECT :x;
