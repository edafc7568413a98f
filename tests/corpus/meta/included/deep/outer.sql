SELECT 'outer';
\ir inner.sql
\ir ../one.sql
\ir deeper/innermost.sql
SELECT 'outer again';
