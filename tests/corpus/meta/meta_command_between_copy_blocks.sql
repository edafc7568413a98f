COPY t FROM stdin;
a
\.
\echo loaded
COPY u FROM stdin;
b
\.
\set x 1
SELECT :x;
