SELECT 1;
\unrestrict k
