\if false
COPY t FROM stdin;
a
\.
\endif
