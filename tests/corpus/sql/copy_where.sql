COPY t (a) FROM stdin WHERE a > 1 AND b IN (SELECT 'from stdin');
1
\.
SELECT 1;
