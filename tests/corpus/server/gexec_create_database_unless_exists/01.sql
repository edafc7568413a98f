CREATE TABLE t (id int PRIMARY KEY, txt text);
SELECT current_database() || '_more' AS db \gset
SELECT format('CREATE DATABASE %I', :'db') WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = :'db') \gexec
SELECT format('CREATE DATABASE %I', :'db') WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = :'db')\gexec
INSERT INTO t SELECT 1, count(*)::text FROM pg_database WHERE datname = :'db';
