COPY t FROM stdin; \echo done \set x 2
a
\.
SELECT :x;
