CREATE TABLE "a;""b" ("c;" int, "d'e" int, "" int);
SELECT """", """;""" FROM "a;""b";
