CREATE TABLE t (id int PRIMARY KEY, txt text);
\copy t from 'rows.txt'
INSERT INTO t VALUES (9, 'after');
