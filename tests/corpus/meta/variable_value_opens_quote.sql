\set q '\''
SELECT :q;';
\set d $$
SELECT :d ; $$;
\set c '/* '
SELECT :c ; */ 1;
\set i '"'
SELECT :i;";
SELECT 2;
