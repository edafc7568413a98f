INSERT INTO t VALUES ('line one;

-- not a comment
/* nor this
SELECT 1;
');
SELECT 2;
