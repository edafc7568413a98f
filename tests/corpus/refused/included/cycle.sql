SELECT 1;
\ir cycle.sql
