\if o
SELECT 1;
\else
SELECT 2;
\endif
\if 2
SELECT 1;
\else
SELECT 2;
\endif
\if maybe
SELECT 1;
\else
SELECT 2;
\endif
\if truely
SELECT 1;
\else
SELECT 2;
\endif
\if 10
SELECT 1;
\else
SELECT 2;
\endif
\if 
SELECT 1;
\else
SELECT 2;
\endif
\if 1 2
SELECT 1;
\else
SELECT 2;
\endif
\if not true
SELECT 1;
\else
SELECT 2;
\endif
\if true;
SELECT 1;
\else
SELECT 2;
\endif
\if true -- c
SELECT 1;
\else
SELECT 2;
\endif
\if 1=1
SELECT 1;
\else
SELECT 2;
\endif
\if :nope
SELECT 1;
\else
SELECT 2;
\endif
\if :'number'
SELECT 1;
\else
SELECT 2;
\endif
\if ''
SELECT 1;
\else
SELECT 2;
\endif
