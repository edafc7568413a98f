SELECT (1
\i included/fragment.sql
); SELECT 3;
