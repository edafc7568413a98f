\encoding SJIS
\set x •\
SELECT :x, :'x';
\set y '•\;'
SELECT :'y';
SELECT 2;
