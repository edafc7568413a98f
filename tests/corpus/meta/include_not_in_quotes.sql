SELECT 'x
\i included/one.sql
', $$
\ir included/one.sql
$$;
