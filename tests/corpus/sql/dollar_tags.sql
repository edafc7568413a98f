SELECT $a$;$b$;$$;$A$;$aa$;$ a$;$a$;
SELECT $_1$;$_1$, $t9$;$t$;$t9$;
