SELECT 1
\p
, 2 \print
;
\p
SELECT 3;
