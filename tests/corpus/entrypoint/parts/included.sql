\ir deeper/more.sql
INSERT INTO app.part_2 SELECT count(*) FROM app.part_2
