\set é 1
\set _ 2
\set 9 3
\set A 4
\set a 5
\set 日本 6
SELECT :é, :_, :9, :A, :a, :日本, :{?日本}, :'é';
