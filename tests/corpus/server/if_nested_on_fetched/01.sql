CREATE TABLE t (id int PRIMARY KEY, txt text);
SELECT true AS a, false AS b, NULL AS c \gset
\if :a
  \if :b
  INSERT INTO t VALUES (1, 'b');
  \elif :{?c}
  INSERT INTO t VALUES (2, 'c');
  \else
  INSERT INTO t VALUES (3, 'neither');
  \endif
\endif
