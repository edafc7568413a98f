-- Creates the extensions that the target has, each with its schema, in the reference. One whose old
-- version cannot be created any more gets the default version; one that cannot be created at all
-- (a right is missing, or it may be in one database only) is left out.
-- extensions: a JSON array of name, version and schema.
DO $runner$
DECLARE
    one     pg_catalog.json;
    command pg_catalog.text;
    version pg_catalog.text;
BEGIN
    FOR one IN SELECT a.v FROM pg_catalog.json_array_elements(%(extensions)s) AS a (v)
    LOOP
        BEGIN
            IF pg_catalog.to_regnamespace(pg_catalog.quote_ident(one->>2)) IS NULL THEN
                EXECUTE pg_catalog.format('CREATE SCHEMA %%I', one->>2);
            END IF;
            command := pg_catalog.format('CREATE EXTENSION %%I SCHEMA %%I', one->>0, one->>2);
            version := pg_catalog.format(' VERSION %%L', one->>1);
            BEGIN
                EXECUTE command || version;
            EXCEPTION WHEN OTHERS THEN
                EXECUTE command;
            END;
        EXCEPTION WHEN OTHERS THEN
            NULL;
        END;
    END LOOP;
END
$runner$;
