CREATE TABLE t (id int PRIMARY KEY, txt text);
SET client_encoding = 'LATIN1';
COPY t FROM stdin;
1	café
\.
INSERT INTO t VALUES (2, 'ä;');
\encoding UTF8
INSERT INTO t VALUES (3, 'Ã©');
\copy t from 'rows.txt' (encoding 'LATIN1')
