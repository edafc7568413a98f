INSERT INTO t VALUES (1) \gset
UPDATE t SET a = 1
\gset p_
SELECT 2;
