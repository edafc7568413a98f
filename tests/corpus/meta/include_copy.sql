\i included/copy.sql
SELECT 1;
\i included/copy_open.sql
SELECT 2;
\i included/copy_at_end.sql
SELECT 3;
