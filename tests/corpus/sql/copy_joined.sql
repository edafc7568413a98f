COPY t FROM stdin\; SELECT 5\; COPY u FROM stdin; SELECT 6;
a
\.
b
\.
SELECT 7;
