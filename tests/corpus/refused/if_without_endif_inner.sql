\if true
\endif
  \if false
SELECT 1;
