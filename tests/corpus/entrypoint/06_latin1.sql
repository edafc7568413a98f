SET client_encoding = 'LATIN1';
INSERT INTO app.seen VALUES ('latin1', 'Zoë');
