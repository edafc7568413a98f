CREATE TABLE t (a int)\; /* load */     	                COPY t FROM stdin;
1
\.
SELECT 1;
SELECT 2\;


                   copy t from stdin\; select 3;
2
\.
SELECT 4;
