\if true
SELECT 1;
\else extra words;
SELECT 2;
\endif ;
SELECT 3
\if false
\endif ;
+ 4;
