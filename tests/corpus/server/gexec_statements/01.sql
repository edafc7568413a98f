CREATE TABLE t (id int PRIMARY KEY, txt text);
SELECT format('CREATE TABLE %I (a int)', 't' || g), format('COMMENT ON TABLE %I IS %L', 't' || g, 'it''s; ' || g)
FROM generate_series(1, 3) g ORDER BY g DESC
\gexec
INSERT INTO t SELECT oid::int - oid::int + row_number() OVER (ORDER BY relname), relname FROM pg_class WHERE relname ~ '^t[0-9]$';
