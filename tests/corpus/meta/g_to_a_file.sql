SELECT 1 \g /dev/null
SELECT 2 \gx (format=csv) /dev/null
\g /dev/null
SELECT 3;
