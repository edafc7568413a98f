SELECT '%', 5 % 2, '%s', '%(name)s', '%%' WHERE a LIKE 'x%' AND b = ? AND c = $1 AND d = %s;
SELECT :name, :'name', :"name", a[:i], ?::int;
