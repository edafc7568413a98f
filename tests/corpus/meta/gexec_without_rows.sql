SELECT format('CREATE DATABASE %I;', 'x') WHERE false \gexec
SELECT 'SELECT ''a;'''
\gexec
SELECT 1;
