-- Names and digests of what runs have recorded in contents.
SELECT t.held->>0, t.held->>2
  FROM {registry}.run AS r
 CROSS JOIN LATERAL pg_catalog.json_array_elements(r.contents) AS t (held)
