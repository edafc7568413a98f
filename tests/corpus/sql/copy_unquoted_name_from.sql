COPY t FROM 'stdin';
COPY "stdin" FROM '/tmp/x;y';
COPY stdin FROM stdin;
a
\.
SELECT 1;
