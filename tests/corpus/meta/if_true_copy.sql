\if true
COPY t FROM stdin;
\endif
\else
\.
\else
SELECT 2;
\endif
SELECT 3;
