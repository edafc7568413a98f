SELECT 'my table; "x"' AS tbl, 'a''b' AS val, 'id' AS col \gset
CREATE TABLE :"tbl" (:col int, v text DEFAULT :'val');
INSERT INTO :"tbl" VALUES (1);
SELECT count(*) AS n FROM :"tbl" \gset
INSERT INTO :"tbl" (:col) SELECT g FROM generate_series(10, 10 + :n) g;
