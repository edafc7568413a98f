COPY"t"FROM/**/STDIN;
a
\.
COPY t(a)FROM stdin;
b
\.
;SELECT 1;
