CREATE TABLE t (id int PRIMARY KEY, txt text);
DROP TABLE IF EXISTS nothing;
DO $$ BEGIN RAISE NOTICE 'it''s 100%%; %', 1; RAISE WARNING 'w'; END $$;
SELECT * FROM generate_series(1, 1000);
TABLE t; VALUES (1); SHOW search_path; EXPLAIN SELECT 1;
LISTEN c; NOTIFY c, 'payload';
PREPARE p AS SELECT $1::int; EXECUTE p(1);
INSERT INTO t VALUES (1, '%s %(x)s ? :y $1');
