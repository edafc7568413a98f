\if `echo true`
\endif
