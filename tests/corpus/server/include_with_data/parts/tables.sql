CREATE TABLE t (id int PRIMARY KEY, txt text);
\set from_part 'yes'
