\;
\;\;;
SELECT 1;
