COPY t FROM '/x' WITH (NULL 'FROM stdin');
COPY t (stdin) TO '/x';
SELECT 3;
