-- Set in this session the defaults for new sessions that ALTER DATABASE and ALTER ROLE have set.
-- It sets search_path itself, so each operator is qualified and no search_path is pinned.
-- The order is that of process_settings in src/backend/utils/init/postinit.c. Settings of the
-- connection take precedence; settings that determine how text is read stay unchanged.
-- database: its name in the scripts; a reference has another name. role: null is that of the session.
SELECT pg_catalog.count(pg_catalog.set_config(s.name, s.value, false))
  FROM (SELECT DISTINCT ON (g.name) g.name,
               pg_catalog.substr(c.line, pg_catalog.strpos(c.line, '=') OPERATOR(pg_catalog.+) 1) AS value
          FROM pg_catalog.pg_db_role_setting AS d
         CROSS JOIN LATERAL pg_catalog.unnest(d.setconfig) AS c (line)
          JOIN pg_catalog.pg_settings AS g
            ON pg_catalog.lower(g.name) OPERATOR(pg_catalog.=) pg_catalog.lower(pg_catalog.split_part(c.line, '=', 1))
         WHERE (d.setdatabase OPERATOR(pg_catalog.=) 0::pg_catalog.oid
                OR d.setdatabase OPERATOR(pg_catalog.=) ANY (
                     SELECT b.oid FROM pg_catalog.pg_database AS b
                      WHERE b.datname OPERATOR(pg_catalog.=) {database}
                         OR b.datname OPERATOR(pg_catalog.=) pg_catalog.current_database()))
           AND (d.setrole OPERATOR(pg_catalog.=) 0::pg_catalog.oid
                OR d.setrole OPERATOR(pg_catalog.=) ANY (
                     SELECT r.oid FROM pg_catalog.pg_roles AS r
                      WHERE r.rolname OPERATOR(pg_catalog.=) COALESCE({role}, SESSION_USER)))
           AND g.context OPERATOR(pg_catalog.=) 'user' AND g.source OPERATOR(pg_catalog.<>) 'client'
           AND g.name OPERATOR(pg_catalog.<>) ALL (
                 ARRAY['client_encoding', 'standard_conforming_strings', 'role'])
         ORDER BY g.name, d.setrole OPERATOR(pg_catalog.=) 0::pg_catalog.oid,
                  d.setdatabase OPERATOR(pg_catalog.=) 0::pg_catalog.oid) AS s;
