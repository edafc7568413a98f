SELECT 1;
\set x 'crlf'
SELECT :'x'