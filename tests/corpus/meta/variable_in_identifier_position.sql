\set s 'my schema'
\set t tbl
CREATE SCHEMA :"s";
CREATE TABLE :"s".:t (a int);
CREATE TABLE :"s".:"t" (a int DEFAULT :'t'::int);
SELECT ':s' FROM :"s".:t;
