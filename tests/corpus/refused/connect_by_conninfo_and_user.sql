SELECT 1;
\c "dbname=postgres" postgres
