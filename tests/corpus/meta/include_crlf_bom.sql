\i included/crlf.sql
SELECT :'x';
