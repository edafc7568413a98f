CREATE TABLE t (id int PRIMARY KEY, txt text);
\cd /docker-entrypoint-initdb.d
\i parts/one.sql
\cd parts
\i one_more.sql
\copy t FROM 'rows.txt'
\cd /docker-entrypoint-initdb.d/parts/
\ir parts/two.sql
\i /docker-entrypoint-initdb.d//parts/three.sql
