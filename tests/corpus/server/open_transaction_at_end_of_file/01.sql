CREATE TABLE t (id int PRIMARY KEY, txt text);
BEGIN;
INSERT INTO t VALUES (1, 'lost');
