\encoding UTF8
SELECT 1;
\encoding
\encoding 'LATIN1'
SELECT 2;
\encoding SQL_ASCII extra
SELECT 3;
