CREATE TABLE t (id int PRIMARY KEY, txt text);
INSERT INTO t VALUES (1, 'kept');
INSERT INTO t VALUES (2, 'lost')\; INSERT INTO t VALUES (1, 'duplicate');
INSERT INTO t VALUES (3, 'not reached');
