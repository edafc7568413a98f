CREATE TABLE t (id int PRIMARY KEY, txt text);
INSERT INTO t VALUES (1, 'before');
\copy t from 'rows.csv' csv
INSERT INTO t VALUES (9, 'after');
