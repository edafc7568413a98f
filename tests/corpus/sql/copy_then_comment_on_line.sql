COPY t FROM stdin; -- data; follow
1
\.
COPY t FROM stdin; /* more
a
\.
*/ SELECT 1;
