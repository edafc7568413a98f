SELECT 1;
\echo bye