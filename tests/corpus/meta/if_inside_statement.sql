SELECT
\if true
1
\else
2
\endif
, 3;
SELECT 4
\if false
+ 5; SELECT 6
\elif true
+ 7
\else
+ 8
\endif
;
