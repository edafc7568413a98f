CREATE TABLE t (id int PRIMARY KEY, txt text);
\set p_id old
SELECT 7 AS id, 'x' AS "Txt"
\gset p_
INSERT INTO t VALUES (:p_id, :'p_Txt');
SELECT 8 AS id \gset 'q_'
INSERT INTO t VALUES (:q_id, :{?id}::text);
