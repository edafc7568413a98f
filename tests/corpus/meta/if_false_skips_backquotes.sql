\if false
\set x `exit 1`
\echo `exit 1`
\if `exit 1`
\endif
\elif true
SELECT 1;
\endif
