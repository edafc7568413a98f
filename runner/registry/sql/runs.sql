-- The last runs, newest first, with their scripts. to_json prints times in ISO 8601 with any
-- DateStyle.
SELECT r.id, pg_catalog.to_json(r.started_at) #>> '{{}}', pg_catalog.to_json(r.finished_at) #>> '{{}}',
       r.role, r.client, r.runner_version, r.git_revision,
       ARRAY(SELECT ARRAY[s.name, s.sha256] FROM {registry}.script AS s
              WHERE s.run = r.id ORDER BY s.position)
  FROM {registry}.run AS r
 ORDER BY r.id DESC LIMIT {};
