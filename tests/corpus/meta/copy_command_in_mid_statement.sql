SELECT 1,
\copy t from stdin
a
\.
2;
SELECT (\copy t from stdin
b
\.
3); SELECT 4;
