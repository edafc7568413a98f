CREATE TABLE t (a int, b text);
INSERT INTO t VALUES ($1, $2) \bind 1 'one' \g
INSERT INTO t VALUES ($2::int, $1) \bind 'it''s $1 \\ "' 2 ;
\set three 3
INSERT INTO t SELECT $1 + 0, '$1' || $$ $1 $$ || $2 -- $3
\bind :three b \g
CREATE TABLE u AS SELECT 1 AS a \bind \g
SELECT $1::int AS x, $2 AS y \bind 7 why \gset got_
INSERT INTO t VALUES (:got_x, :'got_y');
INSERT INTO t VALUES ($1, $2) \parse "s 1"
\bind_named "s 1" 4 four \g
\bind_named "s 1" 5 five \g
SELECT format('INSERT INTO t VALUES (%s, %L)', $1::int, $2::text) \bind 6 six \gexec
\close_prepared "s 1"
INSERT INTO t VALUES ($1, $2) \parse "s 1"
PREPARE p (int) AS INSERT INTO t VALUES ($1, 'p');
\bind_named p 8 \g
DEALLOCATE p;
EXECUTE "s 1" (9, 'nine');
INSERT INTO t VALUES ($1, $2) \parse ''
\bind_named '' 10 'no name' \g
INSERT INTO t VALUES ($1, 'again') \parse ''
\bind_named '' 11 \g
\close_prepared ''
