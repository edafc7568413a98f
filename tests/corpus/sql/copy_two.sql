COPY t FROM stdin;
a
\.
COPY u (b) FROM stdin;
c
\.
SELECT 1;
