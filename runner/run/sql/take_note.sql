-- A server process takes notice of what others have committed when it locks something: that a role is
-- there by now. A function that locks a schema for a look at it is there for everybody.
SELECT FROM pg_catalog.pg_get_object_address('schema', ARRAY['pg_catalog'], ARRAY[]::pg_catalog.text[]);
