CREATE TABLE t (id int PRIMARY KEY, txt text);
INSERT INTO t VALUES (1, 'before');
SELECT g AS a FROM generate_series(1, 2) g \gset
INSERT INTO t VALUES (2, 'after');
