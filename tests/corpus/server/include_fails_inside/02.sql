INSERT INTO t VALUES (10, 'second file');
