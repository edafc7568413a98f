COPY t FROM stdin; SELECT 'x
a
\.
y;';
SELECT 3;
