\getenv seen_by SEEN_BY
\getenv greeting greeting
INSERT INTO app.seen VALUES (:'seen_by' || ' in SQL', :{?greeting});
