\if :{?schema}
\else
\set schema public
\endif
\if :{?number}
\else
\set number 1
\endif
CREATE TABLE :"schema".t AS SELECT :number;
