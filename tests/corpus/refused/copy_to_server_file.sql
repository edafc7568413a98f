COPY (SELECT 1) TO '/data/x.csv';
