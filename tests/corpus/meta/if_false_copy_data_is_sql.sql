\if false
COPY t FROM stdin;
1	two; three
\endif
SELECT 1;
