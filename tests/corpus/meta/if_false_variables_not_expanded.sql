\set q '\''
\if false
SELECT :q, :'q', :"q", :{?q};
\echo :q
\endif
SELECT 1;
