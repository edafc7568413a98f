COPY s.t (a, "b;", "from") FROM stdin WITH (FORMAT csv, DELIMITER ';', NULL 'x''y;', HEADER true);
a;b;c
d;e;f
\.
COPY t(a) FROM STDIN DELIMITERS ';';
1
\.
SELECT 3;
