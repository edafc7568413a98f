SET standard_conforming_strings = off;
SET escape_string_warning = off;
INSERT INTO app.seen VALUES ('old strings', 'a\'; b\\');
