SELECT a$b$ FROM t; SELECT a$b$c$; SELECT x$$; SELECT _$a$;
SELECT $b$;$b$;
