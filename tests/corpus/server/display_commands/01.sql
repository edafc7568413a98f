CREATE TABLE t (id int PRIMARY KEY, txt text);
\timing on
\x
\pset null nil
\d
\d t
\dt+
\di
\df
\dn
\du
\l
\z
\dx
\conninfo
\a
\t
\echo done :DBNAME
SELECT * FROM t;
INSERT INTO t VALUES (1, 'one');
\sf pg_catalog.now
\p
\errverbose
