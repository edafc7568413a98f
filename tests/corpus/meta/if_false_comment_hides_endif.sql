\if false
/* \endif
\else */
SELECT 1;
-- \endif
\endif
SELECT 2;
