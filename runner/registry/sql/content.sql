-- A digest of all rows of the registry, to find out whether they have changed.
SELECT COALESCE(pg_catalog.sum(pg_catalog.hashtextextended(e.entry, 0)), 0)
  FROM (SELECT r::pg_catalog.text FROM {registry}.run AS r
         UNION ALL
        SELECT s::pg_catalog.text FROM {registry}.script AS s) AS e (entry);
