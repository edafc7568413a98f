\set x 'a\000b' 'c\0' d
SELECT 1 AS :x, :'x';
\set empty '\000b'
SELECT 2, :'empty', :{?empty};
\setenv ZERO 'e\000f'
\getenv zero ZERO
SELECT :'zero';
