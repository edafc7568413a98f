INSERT INTO t VALUES (2, 'kept');
INSERT INTO t VALUES (2, 'duplicate');
INSERT INTO t VALUES (3, 'not reached');
