COPY t FROM stdin;
\.x
 \.
a\.
\\.
\..
\. 
\N
\.
SELECT 2;
