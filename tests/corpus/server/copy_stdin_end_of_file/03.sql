COPY t FROM stdin;
4	four
