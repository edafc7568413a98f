\copy t from stdin where a > 1; SELECT 1;
a
\.
\set f x
\copy t from stdin where a = :'f' \\ SELECT 2;
b
\.
SELECT 3;
