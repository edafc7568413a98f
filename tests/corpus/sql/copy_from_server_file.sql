COPY t FROM '/data/x.csv' WITH (FORMAT csv);
COPY t FROM PROGRAM 'cat; echo from stdin';
COPY t FROM E'a\'; from stdin';
SELECT 4;
