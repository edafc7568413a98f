-- The last runs, newest first, each with its scripts in order.
SELECT r.id, r.started_at, r.finished_at, r.role, r.client, r.runner_version, r.git_revision,
       ARRAY(SELECT ARRAY[s.name, s.sha256] FROM runner.script AS s
              WHERE s.run = r.id ORDER BY s.position)
  FROM runner.run AS r
 ORDER BY r.id DESC LIMIT %s;
