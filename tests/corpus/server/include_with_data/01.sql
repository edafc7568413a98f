\ir parts/tables.sql
\i parts/rows.sql
\i /docker-entrypoint-initdb.d/parts/more.sql
INSERT INTO t VALUES (9, :'from_part');
