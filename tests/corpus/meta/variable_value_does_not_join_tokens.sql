\set n 5
SELECT :n$$;$$;
SELECT a:n$b$;$b$;
\set t $a
SELECT :t$;
SELECT 6;
\set m -
SELECT 1 :m- 2;
\set e E
SELECT :e'\';
\set d '/'
SELECT 1 :d* 2;
\set b be
CREATE FUNCTION f() :bgin; SELECT 3;
