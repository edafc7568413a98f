CREATE TABLE t (id int PRIMARY KEY, txt text);
INSERT INTO t VALUES (1, 'one');
\copy t to stdout csv
\copy (select txt from t where id = 1) to stdout
COPY t TO STDOUT; COPY (SELECT 'x') TO STDOUT;
INSERT INTO t VALUES (2, 'two');
