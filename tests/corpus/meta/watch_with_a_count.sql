CREATE TABLE t (a int)\watch i=0 c=1
INSERT INTO t VALUES (1) -- twice
\watch i=0 c=02
SELECT 3;\watch c=2 i=0
SELECT 4;
