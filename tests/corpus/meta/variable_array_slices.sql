\set n 3
\set 1 one
SELECT a[1:n], a[1:2], a[:n], a[0:1], a[1::n] FROM t;
