CREATE TABLE t (id int PRIMARY KEY, txt text);
SELECT current_database() || '_other x' AS db, current_database() || '_plain' AS plain \gset
CREATE DATABASE :"db";
CREATE DATABASE :plain;
\set here :DBNAME
-- As pg_dump -C writes it.
\set conninfo 'dbname=\'' :db '\''
\connect -reuse-previous=on :conninfo
CREATE TABLE there (is_told bool, txt text);
INSERT INTO there VALUES (:'DBNAME' = current_database(), 'reuse');
-- What is not named stays as it is, not as it was at first.
\c -
INSERT INTO there VALUES (:'DBNAME' = current_database(), 'stays');
\c - - - :PORT
INSERT INTO there VALUES (:'DBNAME' = current_database(), 'port');
-- A conninfo alone begins anew.
\set conninfo 'host=' :HOST ' port=' :PORT ' user=' :USER ' dbname=' :plain
SET standard_conforming_strings = off;
SET client_encoding = LATIN1;
\c :conninfo
CREATE TABLE there (is_told bool, txt text);
INSERT INTO there VALUES (:'DBNAME' = current_database(), 'ends in \');
INSERT INTO there VALUES (:'SERVER_VERSION_NUM' = current_setting('server_version_num'), :'ENCODING');
\set conninfo 'postgresql://' :USER '@/' :here '?host=' :HOST '&port=' :PORT
\c :conninfo
INSERT INTO t VALUES (1, (:'DBNAME' = current_database())::text);
\c -reuse-previous=off :plain :USER :HOST :PORT
INSERT INTO there VALUES (:'USER' = current_user, 'words');
\c -reuse-previous=1 'dbname=postgres' ; ;
\c -reuse-previous=y :here
INSERT INTO t VALUES (2, (:'DBNAME' = current_database())::text);
