INSERT INTO t VALUES (1);
;
\g
SELECT 2;
/* c */;
\g
SELECT 3 \g
\;
;
\g
