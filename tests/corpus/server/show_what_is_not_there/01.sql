CREATE FUNCTION f(int) RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE VIEW v AS SELECT 1;
\sf f
\sf+ public.f(integer) ;
\sv v
\sf nope(integer)
CREATE TABLE after_it ();
