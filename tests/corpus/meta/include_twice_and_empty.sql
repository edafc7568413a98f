\i included/empty.sql
\i included/one.sql
\i included/one.sql
\i /dev/null
SELECT 1;
