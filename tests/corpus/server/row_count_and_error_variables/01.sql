CREATE TABLE t (id int PRIMARY KEY, txt text);
INSERT INTO t SELECT g, 'x' FROM generate_series(1, 5) g;
INSERT INTO t VALUES (100, :'ROW_COUNT' || :'ERROR' || :'SQLSTATE');
UPDATE t SET txt = 'y' WHERE id < 4;
\set n :ROW_COUNT
INSERT INTO t VALUES (101, :'n');
SELECT * FROM t;
\if :ERROR
INSERT INTO t VALUES (102, 'error');
\else
INSERT INTO t VALUES (103, :'ROW_COUNT');
\endif
-- After \gexec it is that of the query which makes the statements.
SELECT 'INSERT INTO t SELECT g, ''made'' FROM generate_series(' || 10 * i || ', ' || 10 * i + 4 || ') g' FROM generate_series(20, 21) i \gexec
INSERT INTO t VALUES (900, 'rows: ' || :ROW_COUNT);
