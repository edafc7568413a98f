\set x 't FROM stdin;'
COPY :x
a
\.
\set d ','
COPY t FROM stdin WITH (DELIMITER :'d');
:x
\.
SELECT 1;
