\echo a\\SELECT 1;
\echo a \\
SELECT 2;
\echo \\ SELECT 3;
\echo 'a\\' \\ SELECT 4;
