CREATE TABLE t (id int PRIMARY KEY, txt text);
SELECT EXISTS (SELECT FROM pg_class WHERE relname = 't') AS has_t, EXISTS (SELECT FROM pg_class WHERE relname = 'u') AS has_u \gset
\if :has_t
INSERT INTO t VALUES (1, 'has t');
\endif
\if :has_u
INSERT INTO t VALUES (2, 'has u');
\else
CREATE TABLE u (a int);
INSERT INTO t VALUES (3, 'made u');
\endif
