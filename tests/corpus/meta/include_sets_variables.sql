\i included/sets.sql
SELECT :'x', :y;
\i included/conditional.sql
\unset x
\i included/conditional.sql
