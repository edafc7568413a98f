CREATE TABLE t (id int PRIMARY KEY, txt text);
COPY t FROM stdin\; INSERT INTO t VALUES (5, 'between')\; COPY t FROM stdin; INSERT INTO t VALUES (6, 'line');
1	one
\.
2	two
\.
INSERT INTO t VALUES (9, 'after');
