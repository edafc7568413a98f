-- Files and data. The search path is a new session's.
COPY app.users FROM '/docker-entrypoint-initdb.d/users.csv' WITH (FORMAT csv, HEADER true, NULL '-');
SELECT setval(pg_get_serial_sequence('app.users', 'id'), 10);
\copy app.users (name, score) from '/docker-entrypoint-initdb.d/users.txt' with (delimiter '|')
\copy app.users (name) from stdin
inline
\.
COPY app.users (id, name) FROM stdin; INSERT INTO app.seen VALUES ('after the data', '1');
100	hundred
101	\N
\.
COPY app.users (id, name) FROM stdin WITH (FORMAT csv);
102,"quoted, ""and"" said"
103,"two
lines"
\.
\copy (SELECT name FROM app.users) to stdout
\ir parts/included.sql
\i /docker-entrypoint-initdb.d/parts/included.sql
INSERT INTO app.users (name) VALUES ('after');
