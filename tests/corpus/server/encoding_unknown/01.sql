CREATE TABLE t (id int PRIMARY KEY, txt text);
\encoding nope
INSERT INTO t VALUES (1, :'ENCODING');
\encoding 'la''tin1'
INSERT INTO t VALUES (2, :'ENCODING');
\encoding Windows-1252
INSERT INTO t VALUES (3, :'ENCODING');
