SELECT 0;
\i included/broken.sql
