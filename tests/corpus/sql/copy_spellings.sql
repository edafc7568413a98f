copy t from STDIN;
a
\.
CoPy T fRoM sTdIn;
b
\.
COPY
t
FROM
stdin
;
c
\.
