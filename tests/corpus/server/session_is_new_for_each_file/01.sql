CREATE TABLE t (id int PRIMARY KEY, txt text);
CREATE SCHEMA s;
SELECT pg_catalog.set_config('search_path', 's', false);
CREATE TABLE in_s (a int);
SET standard_conforming_strings = off;
SET client_encoding = 'LATIN1';
CREATE TEMP TABLE tmp (a int);
SET ROLE pg_monitor;
