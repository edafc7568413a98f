#!/bin/sh
psql -q --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" \
	-c "INSERT INTO app.seen VALUES ('$SEEN_BY', '$(pwd)${greeting-}')"
