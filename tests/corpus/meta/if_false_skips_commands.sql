\if false
\echo no
\set x 1
\i no_such_file.sql
\ir no_such_file.sql extra
\q
\r
\encoding LATIN1
\getenv x CORPUS
\unset given
\connect no_such_db
\! exit 1
\copy t from no_such_file
\gset
\restrict k
\pset bad
\prompt x
\watch
\d
\timing
\warn no
\cd /no/such
\o no
\bind 1
\endif
SELECT 1, :{?x}, :{?given};
