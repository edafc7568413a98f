\conninfo
\copyright
\h SELECT; not sql
\? variables
\errverbose
SELECT 1;
