SELECT E'it\'s; \\', e'\\';
SELECT E'a\
;b', E'\'' || E';';
SELECT E'''';
