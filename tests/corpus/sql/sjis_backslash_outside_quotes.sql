SET client_encoding = 'SJIS';
CREATE TABLE •\ (a int);
SELECT 2;
