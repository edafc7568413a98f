\o /dev/null
SELECT 1;
\qecho x
\o
SELECT 2;
\out /dev/null
\out
