DROP TABLE IF EXISTS comments;
CREATE TABLE comments (
  id serial PRIMARY KEY,
  content VARCHAR(255), -- the text; short
  post_id INTEGER REFERENCES posts(id)
);

CREATE OR REPLACE FUNCTION updated_at_trigger() RETURNS TRIGGER AS $$
BEGIN
  NEW.updated_at = now();
  RETURN NEW;
END;
$$ language 'plpgsql';

INSERT INTO comments (content) VALUES ('Great post; it''s **bold**'),
('## Title

```js
const a = `b;`;
```

100%');
