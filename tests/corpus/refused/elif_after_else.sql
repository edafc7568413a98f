\if true
\else
\elif true
\endif
