COPY t FROM stdin;
3	three
