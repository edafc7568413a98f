-- Enable the event triggers that event_triggers_off.sql has disabled.
DO $runner$
DECLARE
    one pg_catalog.json;
BEGIN
    FOR one IN SELECT e.v FROM pg_catalog.json_array_elements(
                 pg_catalog.current_setting('runner.event_triggers')::pg_catalog.json) AS e (v)
    LOOP
        EXECUTE pg_catalog.format('ALTER EVENT TRIGGER %I ENABLE %s', one->>0,
                                  CASE one->>1 WHEN 'A' THEN 'ALWAYS' WHEN 'R' THEN 'REPLICA' END);
    END LOOP;
END
$runner$;
