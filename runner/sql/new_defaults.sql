-- database: the one that the scripts know; a reference is in another.
-- What ALTER DATABASE and ALTER ROLE SET have made the defaults of a new session, set in this one.
-- The order is that of process_settings in src/backend/utils/init/postinit.c. What the connection
-- itself asks for goes before; how text is read stays as it is.
SELECT pg_catalog.count(pg_catalog.set_config(s.name, s.value, false))
  FROM (SELECT DISTINCT ON (g.name) g.name,
               pg_catalog.substr(c.line, pg_catalog.strpos(c.line, '=') + 1) AS value
          FROM pg_catalog.pg_db_role_setting AS d
         CROSS JOIN LATERAL pg_catalog.unnest(d.setconfig) AS c (line)
          JOIN pg_catalog.pg_settings AS g
            ON pg_catalog.lower(g.name) = pg_catalog.lower(pg_catalog.split_part(c.line, '=', 1))
         WHERE (d.setdatabase = 0
                OR d.setdatabase IN (SELECT b.oid FROM pg_catalog.pg_database AS b
                                      WHERE b.datname IN ({database}, pg_catalog.current_database())))
           AND (d.setrole = 0
                OR d.setrole = (SELECT r.oid FROM pg_catalog.pg_roles AS r
                                 WHERE r.rolname = SESSION_USER))
           AND g.context = 'user' AND g.source <> 'client'
           AND g.name NOT IN ('client_encoding', 'standard_conforming_strings', 'role')
         ORDER BY g.name, d.setrole = 0, d.setdatabase = 0) AS s;
