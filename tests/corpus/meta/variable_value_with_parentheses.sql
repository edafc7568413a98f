\set o '('
\set c ')'
SELECT :o;:c;
SELECT 2;
