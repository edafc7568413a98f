-- Do what the script's COMMIT would do, while the transaction of the run goes on.
-- settings: the settings to reset to the values in keep_settings.sql, if they have others: a name that was
-- read in a comment may be no setting, or one that cannot be set. dropped, emptied: quoted names of
-- temporary tables with ON COMMIT DROP and ON COMMIT DELETE ROWS.
DO $runner$
DECLARE
    one pg_catalog.text;
    found pg_catalog.text;
BEGIN
    FOREACH one IN ARRAY {settings}::pg_catalog.text[] LOOP
        SELECT pg_catalog.current_setting(pg_catalog.concat('runner.kept.', one), true) INTO found;
        IF pg_catalog.length(found) OPERATOR(pg_catalog.>) 0 THEN
            IF pg_catalog.current_setting(one, true) OPERATOR(pg_catalog.<>) pg_catalog.substr(found, 2) THEN
                PERFORM pg_catalog.set_config(one, pg_catalog.substr(found, 2), false);
            END IF;
            PERFORM pg_catalog.set_config(pg_catalog.concat('runner.kept.', one), '', false);
        END IF;
    END LOOP;
    SELECT pg_catalog.string_agg(pg_catalog.concat('pg_temp.', t.name), ', ') INTO found
      FROM pg_catalog.unnest({dropped}::pg_catalog.text[]) AS t (name)
     WHERE pg_catalog.to_regclass(pg_catalog.concat('pg_temp.', t.name)) IS NOT NULL;
    IF found IS NOT NULL THEN
        EXECUTE pg_catalog.concat('DROP TABLE ', found, ' CASCADE');
    END IF;
    SELECT pg_catalog.string_agg(pg_catalog.concat('pg_temp.', t.name), ', ') INTO found
      FROM pg_catalog.unnest({emptied}::pg_catalog.text[]) AS t (name)
     WHERE pg_catalog.to_regclass(pg_catalog.concat('pg_temp.', t.name)) IS NOT NULL;
    IF found IS NOT NULL THEN
        EXECUTE pg_catalog.concat('TRUNCATE ', found);
    END IF;
END
$runner$;
