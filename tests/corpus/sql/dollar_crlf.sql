DO $$
BEGIN

  NULL;
END
$$;
SELECT 2;
