\i included/deep/outer.sql
\i included/deep/by_cwd.sql
SELECT :'x', :y;
