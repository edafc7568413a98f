CREATE FUNCTION f(begin int, "case" int) RETURNS int RETURN 1; SELECT 2;
