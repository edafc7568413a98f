COPY t FROM stdin WITH (FORMAT csv);
a,"
\.
SELECT 2;
