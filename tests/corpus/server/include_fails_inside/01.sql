CREATE TABLE t (id int PRIMARY KEY, txt text);
INSERT INTO t VALUES (1, 'before');
\ir parts/bad.sql
INSERT INTO t VALUES (9, 'after');
