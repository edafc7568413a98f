COPY BINARY t FROM stdin;
a
\.
COPY binary FROM stdin;
b
\.
SELECT 1;
