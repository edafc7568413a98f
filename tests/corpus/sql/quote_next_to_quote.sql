SELECT 'a'"b;"'c;'E'd\';'$$e;$$;
SELECT 2;
