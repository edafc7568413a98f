\restrict k
\i included/one.sql
\unrestrict k
