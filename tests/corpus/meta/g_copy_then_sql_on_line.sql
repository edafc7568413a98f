COPY t FROM stdin \g \\ SELECT 1;
a
\.
SELECT 2;
