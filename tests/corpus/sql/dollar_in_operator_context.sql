SELECT 1+$$;$$||$a$;$a$;
SELECT ($$;$$);
SELECT ARRAY[$$;$$];
SELECT 2;
