CREATE TABLE t (id int PRIMARY KEY, txt text);
SELECT E'line 1\nline 2; é 🎉' AS v, 'größe' AS "größe" \gset
INSERT INTO t VALUES (1, :'v'), (2, :'größe');
