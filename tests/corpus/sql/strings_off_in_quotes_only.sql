SELECT 'SET standard_conforming_strings = off;';
-- SET standard_conforming_strings = off;
SELECT $$ SET standard_conforming_strings = off; $$;
SELECT 'a\';
