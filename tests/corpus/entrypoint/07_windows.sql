INSERT INTO app.seen VALUES ('crlf', 'a
b');
COPY app.users (name) FROM stdin;
windows
\.
INSERT INTO app.seen VALUES ('after crlf', NULL);
