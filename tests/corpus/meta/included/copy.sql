COPY t FROM stdin;
a
\.
SELECT 'after copy';
