SELECT 1;
\set x "open
