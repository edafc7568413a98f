-- Fire the deferred triggers of the scripts that a deferred trigger has queued after SET CONSTRAINTS ALL
-- DEFERRED: COMMIT would fire them all, after the guard. The triggers of this round can only have been
-- queued by rows that it wrote to their tables.
DO $runner$
DECLARE
    before  pg_catalog.numeric;
    written pg_catalog.numeric;
BEGIN
    LOOP
        SELECT pg_catalog.sum(pg_catalog.pg_stat_get_xact_tuples_inserted(t.tgrelid)
                              OPERATOR(pg_catalog.+) pg_catalog.pg_stat_get_xact_tuples_updated(t.tgrelid)
                              OPERATOR(pg_catalog.+) pg_catalog.pg_stat_get_xact_tuples_deleted(t.tgrelid))
          INTO written
          FROM pg_catalog.pg_trigger AS t
         WHERE t.tgdeferrable AND NOT t.tgisinternal;
        EXIT WHEN written IS NULL OR written OPERATOR(pg_catalog.=) before;
        before := written;
        SET CONSTRAINTS ALL IMMEDIATE;
    END LOOP;
END
$runner$;
