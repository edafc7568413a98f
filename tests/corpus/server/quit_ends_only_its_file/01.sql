CREATE TABLE t (id int PRIMARY KEY, txt text);
INSERT INTO t VALUES (1, 'one')\q
INSERT INTO t VALUES (2, 'not');
