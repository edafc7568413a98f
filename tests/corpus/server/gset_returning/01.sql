CREATE TABLE t (id int PRIMARY KEY, txt text);
INSERT INTO t VALUES (5, 'five') RETURNING id AS got, txt \gset new_
UPDATE t SET txt = :'new_txt' || :new_got WHERE id = :new_got \gset
INSERT INTO t VALUES (:new_got + 1, :'new_txt');
