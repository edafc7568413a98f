\set yes true
\if :yes
SELECT 1;
\endif
\if :{?yes}
SELECT 2;
\endif
\if :{?no}
SELECT 3;
\else
\set no 1
\endif
\if :{?no}
SELECT 4;
\endif
\if :no
SELECT 5;
\endif
