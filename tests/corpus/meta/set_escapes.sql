\set x 'l1\nl2\tt\101\x42\q\\\'\b\r\f'
SELECT :'x';
\set y "\\n"
SELECT 2;
