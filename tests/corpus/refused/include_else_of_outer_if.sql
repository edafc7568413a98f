\if true
\i included/else.sql
\endif
