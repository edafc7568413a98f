CREATE SCHEMA "my schema";
CREATE TABLE "my schema"."a ""t""" ("the id" int, x text);
\copy "my schema"."a ""t""" ("the id", x) from 'it''s here.csv' csv
