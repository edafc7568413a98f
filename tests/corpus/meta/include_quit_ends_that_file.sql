SELECT 1;
\i included/quits.sql
SELECT 2;
\i included/quits.sql \\ SELECT 3;
