\set FETCH_COUNT many
