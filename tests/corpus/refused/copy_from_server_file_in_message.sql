SELECT 1 \; COPY t FROM E'/data/x.csv';
