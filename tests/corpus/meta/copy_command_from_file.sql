\copy t from 'included/rows.csv' with (format csv)
\copy t from included/rows.csv csv
SELECT 1;
