\copy t(a, b) from stdin (format csv, null '')
1,2
\.
\copy "t;"("a b") FROM STDIN csv header
a
\.
\copy s.t from stdin with delimiter ','
1
\.
\COPY t From Stdin
\.
\copy binary t from stdin
\.
SELECT 1;
