\set z 2
\set y '1 + :z'
\set x '(:y) * :z'
SELECT :y, :x, :'x';
\set z 3
SELECT :x;
