SET client_encoding TO 'BIG5';
SELECT '•\;', E'≥\';
SET NAMES 'GBK';
SELECT E'ï\;';
SET client_encoding TO GB18030;
SELECT E'Å\;', "ï"";
