\if true
SELECT 1;
\elif bogus :nope
SELECT 2;
\endif
\if false
\elif bogus
SELECT 3;
\else
SELECT 4;
\endif
