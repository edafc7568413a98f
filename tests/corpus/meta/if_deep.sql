\if true
\if true
\if true
\if true
\if true
\if true
\if true
\if true
\if true
\if true
\if true
\if true
\if true
\if true
\if true
\if true
\if true
\if true
\if true
\if true
\if true
\if true
\if true
\if true
\if true
\if true
\if true
\if true
\if true
\if true
\if true
\if true
\if true
\if true
\if true
\if true
\if true
\if true
\if true
\if true
\if true
\if true
\if true
\if true
\if true
\if true
\if true
\if true
\if true
\if true
SELECT 1;
\else
SELECT 0;
\endif
\else
SELECT 0;
\endif
\else
SELECT 0;
\endif
\else
SELECT 0;
\endif
\else
SELECT 0;
\endif
\else
SELECT 0;
\endif
\else
SELECT 0;
\endif
\else
SELECT 0;
\endif
\else
SELECT 0;
\endif
\else
SELECT 0;
\endif
\else
SELECT 0;
\endif
\else
SELECT 0;
\endif
\else
SELECT 0;
\endif
\else
SELECT 0;
\endif
\else
SELECT 0;
\endif
\else
SELECT 0;
\endif
\else
SELECT 0;
\endif
\else
SELECT 0;
\endif
\else
SELECT 0;
\endif
\else
SELECT 0;
\endif
\else
SELECT 0;
\endif
\else
SELECT 0;
\endif
\else
SELECT 0;
\endif
\else
SELECT 0;
\endif
\else
SELECT 0;
\endif
\else
SELECT 0;
\endif
\else
SELECT 0;
\endif
\else
SELECT 0;
\endif
\else
SELECT 0;
\endif
\else
SELECT 0;
\endif
\else
SELECT 0;
\endif
\else
SELECT 0;
\endif
\else
SELECT 0;
\endif
\else
SELECT 0;
\endif
\else
SELECT 0;
\endif
\else
SELECT 0;
\endif
\else
SELECT 0;
\endif
\else
SELECT 0;
\endif
\else
SELECT 0;
\endif
\else
SELECT 0;
\endif
\else
SELECT 0;
\endif
\else
SELECT 0;
\endif
\else
SELECT 0;
\endif
\else
SELECT 0;
\endif
\else
SELECT 0;
\endif
\else
SELECT 0;
\endif
\else
SELECT 0;
\endif
\else
SELECT 0;
\endif
\else
SELECT 0;
\endif
\else
SELECT 0;
\endif
SELECT 2;
