SELECT $a$ $$a$;
SELECT $a$ $b$a$ ;
SELECT $$ $ $$;
SELECT $a$ $a $a$;
SELECT $x$$x$;
