SET client_encoding = 'SJIS';
SELECT E'•\', 'ƒ\;';
SELECT 2, '•\\;';
SET client_encoding TO 'UTF8';
SELECT 3;
