\set x 'from file'
\set y 2
