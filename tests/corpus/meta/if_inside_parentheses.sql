SELECT (
\if true
1, (2
\else
3)
\endif
)); SELECT 4;
SELECT (
\if false
1);
\else
2
\endif
;3); SELECT 5;
