\restrict k
CREATE TABLE t (a int);
COPY t FROM stdin;
1
\.
\copy t from /etc/hostname
\unrestrict k
