/* c */ COPY t FROM stdin;
a
\.
-- d
  COPY t FROM stdin;
b
\.
