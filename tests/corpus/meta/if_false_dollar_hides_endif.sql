\if false
SELECT $$
\endif
$$, $a$ \else $a$;
\endif
SELECT 1;
