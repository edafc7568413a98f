CREATE TABLE t (id int PRIMARY KEY, txt text);
COPY t FROM stdin;
1	one
\.