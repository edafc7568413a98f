INSERT INTO t VALUES (2, 'one more');
