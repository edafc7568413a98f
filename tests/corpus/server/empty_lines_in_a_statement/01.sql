CREATE TABLE t (id int PRIMARY KEY, txt text);
INSERT INTO t

VALUES

(1, 'a

b'),

(2, $$c

d$$)

;
CREATE FUNCTION f() RETURNS int LANGUAGE sql AS '

SELECT 1;

';
