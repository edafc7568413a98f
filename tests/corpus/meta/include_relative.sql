\ir included/one.sql
\include_relative included/deep/outer.sql
\ir ./included/../included/one.sql
SELECT :'x';
