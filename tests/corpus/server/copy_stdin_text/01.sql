CREATE TABLE t (id int PRIMARY KEY, txt text);
COPY t FROM stdin;
1	one; 'x
2	\N
3	\\.
\.
COPY t (txt, id) FROM stdin WITH (FORMAT csv);
"a
b",4
\.
INSERT INTO t VALUES (9, 'after');
