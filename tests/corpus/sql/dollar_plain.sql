SELECT $$a;'b"--/*$$;
SELECT $$$$, $$;$$;
