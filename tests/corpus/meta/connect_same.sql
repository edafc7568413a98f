SELECT 1;
\connect
SELECT 2;
\c postgres
SELECT 3;
\c postgres postgres
SELECT 4 \c - -
, 5;
\connect - - - -
SELECT 6;
