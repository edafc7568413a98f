INSERT INTO t VALUES (3, 'more');
\q
INSERT INTO t VALUES (4, 'not');
