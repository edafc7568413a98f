\echo `true`
