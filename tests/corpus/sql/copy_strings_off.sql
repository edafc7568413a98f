SET standard_conforming_strings = off;
COPY t FROM stdin WITH DELIMITER '\'' NULL ';';
a\'b
\.
SELECT 'it\'s;';
