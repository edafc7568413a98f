-- Disable the event triggers that this transaction has created, so that the runner's own DDL does not fire
-- them: the guard has already run. event_triggers_on.sql enables them again.
DO $runner$
DECLARE
    one  record;
    made pg_catalog.json[] := '{{}}';
BEGIN
    FOR one IN SELECT e.evtname, e.evtenabled FROM pg_catalog.pg_event_trigger AS e
                WHERE e.evtenabled <> 'D'
                  AND pg_catalog.age(e.xmin) <= pg_catalog.age(({xid} % 4294967296)::pg_catalog.text::pg_catalog.xid)
    LOOP
        EXECUTE pg_catalog.format('ALTER EVENT TRIGGER %I DISABLE', one.evtname);
        made := made || pg_catalog.json_build_array(one.evtname, one.evtenabled);
    END LOOP;
    PERFORM pg_catalog.set_config('runner.event_triggers', pg_catalog.to_json(made)::pg_catalog.text, true);
END
$runner$;
