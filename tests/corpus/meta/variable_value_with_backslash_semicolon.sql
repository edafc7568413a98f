\set x '1\\; SELECT 2'
SELECT :x;
SELECT 3;
