\echo a
\set x 'b'
\pset pager off
\if :{?x}
SELECT :'x'
\g
\endif
