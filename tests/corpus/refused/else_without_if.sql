\else
\endif
