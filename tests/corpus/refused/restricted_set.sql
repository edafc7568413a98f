\restrict k
SELECT 1;
\set x 1
\unrestrict k
