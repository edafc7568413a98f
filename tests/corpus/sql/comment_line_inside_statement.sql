CREATE TABLE t ( -- it's; the table
  a int, -- 'a'
  b int -- "b
);
SELECT 1;
