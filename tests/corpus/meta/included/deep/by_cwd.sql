\i included/one.sql
\include included/sets.sql
SELECT :'x';
