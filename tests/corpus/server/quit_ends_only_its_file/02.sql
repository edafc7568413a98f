INSERT INTO t VALUES (3, 'next file');
