SELECT 1
\set z 1 \\ , 2;
SELECT 3 -- c
\set z 1 \\ , 4;
SELECT 5
  \set z 1 \\ , 6;
SELECT 7 -- c
\if true \\ , 8;
\endif
SELECT 9 -- c
\set z 1
, 10;
