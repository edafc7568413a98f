SELECT 1,
\set x 2
:x,
\set x 3
:x;
\set x '('
SELECT :x \set x ')'
;:x;
SELECT 4;
