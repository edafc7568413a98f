CREATE TABLE t (id int PRIMARY KEY, txt text);
\set s 'it''s; \\ "q"'
INSERT INTO t VALUES (1, :'s');
CREATE TABLE :"s" (a int DEFAULT 1);
SET standard_conforming_strings = off;
INSERT INTO t VALUES (2, :'s');
