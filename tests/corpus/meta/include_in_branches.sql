\if true
\i included/one.sql
\else
\i included/no_such_file.sql
\endif
\if false
\i included/one.sql
\endif
SELECT 1;
