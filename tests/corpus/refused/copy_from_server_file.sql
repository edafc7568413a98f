SELECT 1;
COPY t FROM '/data/x.csv' WITH (FORMAT csv);
