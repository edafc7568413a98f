SELECT 1;
\i included/one.sql
SELECT 2;
\include included/one.sql
SELECT 3;
