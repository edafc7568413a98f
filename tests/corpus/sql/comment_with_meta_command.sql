/* \echo no
\q
\; */ SELECT 1;
-- \i nothing.sql
SELECT 2;
