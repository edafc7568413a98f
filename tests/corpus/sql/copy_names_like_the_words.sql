COPY stdin FROM stdin;
a
\.
COPY "stdout" (stdin, "from") TO STDOUT;
COPY program FROM stdin;
b
\.
SELECT 1;
