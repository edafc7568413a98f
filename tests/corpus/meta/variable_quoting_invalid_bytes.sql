\set x 'a\xff\xfe'
SELECT :'x', :"x";
\echo :'x' :"x"
\set y 'caf\xc3\xa9'
SELECT :'y';
