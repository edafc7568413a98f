CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 'end', "end", $$end$$ /* end */; SELECT 2; END; SELECT 3;
