\restrict k
SELECT 1;
\if false
\endif
\unrestrict k
