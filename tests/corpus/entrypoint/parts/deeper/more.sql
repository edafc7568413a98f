INSERT INTO app.part_2 VALUES (0);
\if true
\q
\endif
nonsense;
