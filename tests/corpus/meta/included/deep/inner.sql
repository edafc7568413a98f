SELECT 'inner';
\ir deeper/innermost.sql
