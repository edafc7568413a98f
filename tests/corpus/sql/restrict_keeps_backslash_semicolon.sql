\restrict k
SELECT 1\; SELECT 2;
COPY t FROM stdin;
a
\.
\unrestrict k
\restrict j
\unrestrict j
