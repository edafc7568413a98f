SELECT 1;
\pset format a
