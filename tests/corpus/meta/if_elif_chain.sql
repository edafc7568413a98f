\if false
SELECT 1;
\elif on
SELECT 2;
\elif true
SELECT 3;
\else
SELECT 4;
\endif
\if 0
\elif no
\else
SELECT 5;
\endif
