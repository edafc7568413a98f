COPY t TO stdout WITH (NULL 'FROM stdin');
COPY t (stdin) TO STDOUT;
COPY (SELECT 1 FROM t) TO stdout;
SELECT 4;
