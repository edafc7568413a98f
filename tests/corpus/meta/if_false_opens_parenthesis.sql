\if false
SELECT (1;
\endif
SELECT 2; SELECT 3;
SELECT (
\if false
))))
\elif true
4;
\endif
); SELECT 5;
