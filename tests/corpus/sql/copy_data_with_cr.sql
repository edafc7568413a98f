COPY t FROM stdin;
ab

c
\.
SELECT 2;
