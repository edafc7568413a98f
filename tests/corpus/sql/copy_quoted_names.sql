COPY "from stdin" FROM stdin;
a
\.
COPY "a""b"."to" ("x)") FROM stdin;
b
\.
SELECT 3;
