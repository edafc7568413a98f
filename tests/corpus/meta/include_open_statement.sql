SELECT 1
\i included/open.sql
;
\i included/open.sql
SELECT 2;
