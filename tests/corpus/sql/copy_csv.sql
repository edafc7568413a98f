COPY t FROM STDIN CSV HEADER;
id,txt
1,"a;

""b"""
\.x
\.
SELECT 2;
