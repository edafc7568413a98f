\cd .
SELECT 1;
\i included/one.sql
