\restrict k
SELECT 1;
\unrestrict j
