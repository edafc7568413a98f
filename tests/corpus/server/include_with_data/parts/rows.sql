COPY t FROM stdin;
1	one
\.
\ir more/nested.sql
