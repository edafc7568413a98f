COPY t FROM stdin; COPY u FROM stdin;
a
\.
b
\.
SELECT 1;
