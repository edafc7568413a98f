CREATE TABLE t (id int PRIMARY KEY, txt text);
CREATE SEQUENCE s;
SELECT format('INSERT INTO t VALUES (nextval(''s''), %L)', g || 'a'), format('INSERT INTO t VALUES (nextval(''s''), %L)', g || 'b') FROM generate_series(1, 3) g \gexec
