COPY t FROM stdin;
'
\.
SELECT 'abc;
