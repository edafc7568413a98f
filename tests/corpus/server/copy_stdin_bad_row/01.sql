CREATE TABLE t (id int PRIMARY KEY, txt text);
COPY t FROM stdin;
1	one
2	two	extra
3	three
\.
INSERT INTO t VALUES (9, 'after');
