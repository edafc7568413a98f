\set here :DBNAME
\set there :DBNAME _other
SELECT format('CREATE DATABASE %I', :'there') WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = :'there') \gexec
SELECT format('CREATE DATABASE %I', :'there') WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = :'there') \gexec
\connect :there
CREATE TABLE elsewhere (i int DEFAULT 1);
INSERT INTO elsewhere DEFAULT VALUES;
\c :here
INSERT INTO app.seen VALUES ('back', 'yes');
\c
SELECT 1;
