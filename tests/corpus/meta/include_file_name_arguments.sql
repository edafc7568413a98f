\set n one
\i included/:n.sql
\i 'included/a b;c.sql'
\i included/'one'.sql;
\i included/one.sql extra
\i 'included/':n'.sql' \\ SELECT 1;
\i included/one.sql \i included/one.sql
\i	included/one.sql
