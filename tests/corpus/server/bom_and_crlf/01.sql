CREATE TABLE t (id int PRIMARY KEY, txt text);
INSERT INTO t VALUES (1, 'a
b');
\set x 'y'
INSERT INTO t VALUES (2, :'x');
