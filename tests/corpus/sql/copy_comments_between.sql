COPY /* a; */ t -- b; from 'x'
 FROM /* stdout */ -- c
 stdin /* d */ ;
x
\.
SELECT 1;
