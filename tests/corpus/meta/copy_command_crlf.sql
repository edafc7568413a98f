\copy t from stdin csv
1,2
\.
SELECT 1;
