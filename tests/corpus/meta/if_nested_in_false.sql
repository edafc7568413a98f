\if false
\if true
SELECT 1;
\elif true
SELECT 2;
\else
SELECT 3;
\endif
SELECT 4;
\elif true
SELECT 5;
\endif
