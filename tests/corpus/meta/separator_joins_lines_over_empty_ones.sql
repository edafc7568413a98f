SELECT 3 -- c


\set z 1 \\ , 4;
;
SELECT 5
\set z 1

\set z 2 \\ , 6;
