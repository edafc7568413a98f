-- Set each deferrable constraint back to its initial mode after SET CONSTRAINTS ALL DEFERRED; SET
-- CONSTRAINTS has no form for that. All names here are qualified, because the search_path is the
-- script's.
DO $runner$
DECLARE
    immediate pg_catalog.text;
BEGIN
    FOR immediate IN
        SELECT DISTINCT pg_catalog.format('%I.%I', n.nspname, c.conname)
          FROM pg_catalog.pg_constraint AS c
          JOIN pg_catalog.pg_namespace AS n ON n.oid OPERATOR(pg_catalog.=) c.connamespace
         WHERE c.condeferrable AND NOT c.condeferred
           AND pg_catalog.has_schema_privilege(n.oid, 'USAGE')
    LOOP
        EXECUTE pg_catalog.concat('SET CONSTRAINTS ', immediate, ' IMMEDIATE');
    END LOOP;
END
$runner$;
