INSERT INTO t VALUES (4, 'not reached');
