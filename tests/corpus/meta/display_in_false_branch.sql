\if false
\drop table t;
\lo_nothing
\dA
\else
SELECT 1;
\endif
SELECT 2;
