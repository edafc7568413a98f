-- The references of killed runs that this role may drop. minimum_age: in seconds.
SELECT d.datname
  FROM (SELECT datname, datdba,
               CASE WHEN datname ~ {name}
                    THEN pg_catalog.split_part(datname, '_', 3)::pg_catalog.float8 END AS made_at,
               pg_catalog.split_part(datname, '_', 4) AS pid
          FROM pg_catalog.pg_database) AS d
 WHERE d.made_at < pg_catalog.date_part('epoch', pg_catalog.clock_timestamp()) - {minimum_age}
   AND pg_catalog.pg_has_role(d.datdba, 'USAGE')
   AND NOT EXISTS (SELECT FROM pg_catalog.pg_stat_activity AS a
                    WHERE a.datname = d.datname OR a.application_name = d.datname
                       OR (a.pid::pg_catalog.text = d.pid AND a.xact_start IS NOT NULL))
 ORDER BY d.datname;
