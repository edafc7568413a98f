-- Version 2 of the registry: the contents of tables at the end of a run. No row is rewritten.
ALTER TABLE {registry}.run ADD COLUMN contents json;
COMMENT ON COLUMN {registry}.run.contents IS
    'Of tables that hold nothing but rows of runs: name, number of rows, sum of their hashes';
COMMENT ON SCHEMA {registry} IS
    'Registry of raw-sql-runner, version 2: which scripts were applied, when and by whom';
