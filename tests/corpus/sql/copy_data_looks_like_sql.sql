COPY t FROM stdin;
SELECT 1; DROP TABLE t;
'it''s
"
$$
/*
--
(
COPY u FROM stdin;
\echo x
\q
:x
\.
SELECT 2;
