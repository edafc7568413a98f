CREATE TABLE t (txt text);
COPY t FROM stdin CSV;
one
\.