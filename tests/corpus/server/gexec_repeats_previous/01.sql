CREATE TABLE t (id int PRIMARY KEY, txt text);
CREATE SEQUENCE s;
SELECT format('INSERT INTO t VALUES (%s, ''x'')', nextval('s'));
\gexec
