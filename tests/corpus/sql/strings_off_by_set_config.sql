SELECT set_config('standard_conforming_strings', 'off', false);
SELECT 'a\';b';
SELECT pg_catalog.set_config('standard_conforming_strings', 'on', false);
SELECT 'a\';
