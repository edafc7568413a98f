COPY t FROM stdin
\g
a
\.
COPY u FROM stdin \g
b
\.
SELECT 1;
