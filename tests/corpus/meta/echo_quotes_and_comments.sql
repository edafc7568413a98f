\echo it /* not ; a comment
\echo "a \\ b" c
\echo 'SELECT 1;' ; SELECT 2;
SELECT 3;
