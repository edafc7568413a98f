CREATE TABLE t (id int PRIMARY KEY, txt text);
\connect -reuse-previous=on "dbname='there is no such database'"
INSERT INTO t VALUES (1, 'not reached');
