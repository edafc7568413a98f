\if false
\foo
\endif
