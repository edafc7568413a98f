INSERT INTO t VALUES (5, 'three');
