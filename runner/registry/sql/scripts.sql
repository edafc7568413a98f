-- Record the scripts of the run that was just recorded.
INSERT INTO {registry}.script (run, position, name, sha256)
SELECT (SELECT pg_catalog.max(r.id) FROM {registry}.run AS r), s.position, s.name, s.sha256
  FROM (VALUES {}) AS s (position, name, sha256);
