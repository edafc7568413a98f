\copy t from stdin
a
\.
SELECT 1;
