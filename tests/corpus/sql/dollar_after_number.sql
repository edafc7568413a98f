SELECT 123$$;$$;
SELECT 1.$$;$$;
SELECT 1.5$a$;$a$;
SELECT a.$$;$$;
SELECT .5$$;$$;
