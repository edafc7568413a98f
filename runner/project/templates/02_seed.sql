-- Rows that every database has.
INSERT INTO notes (title) VALUES ('First'), ('Second') ON CONFLICT (title) DO NOTHING;
