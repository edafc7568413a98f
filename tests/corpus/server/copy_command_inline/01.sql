CREATE TABLE t (id int PRIMARY KEY, txt text);
\copy t from stdin csv
1,"a;b"
2,'c
\.
\copy t (txt, id) from stdin
x	3
\.
INSERT INTO t VALUES (9, 'after');
