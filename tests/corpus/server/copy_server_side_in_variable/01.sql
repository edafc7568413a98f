CREATE TABLE p (id int, name text);
\set dir /docker-entrypoint-initdb.d
\set f :dir /people.csv
COPY p FROM :'f' CSV;
