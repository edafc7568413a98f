INSERT INTO app.seen VALUES ('session', current_setting('search_path')), ('no semicolon', 'at the end')
