CREATE TABLE t (id int PRIMARY KEY, txt text);
INSERT INTO t VALUES (1, 'before');
COPY no_such FROM stdin;
1	one
\.
INSERT INTO t VALUES (9, 'after');
