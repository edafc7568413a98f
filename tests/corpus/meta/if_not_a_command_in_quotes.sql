SELECT 'a
\if false
';
SELECT $$
\endif
$$ /*
\else
*/ -- \if
;
