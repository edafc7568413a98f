"${psql[@]}" -qc "INSERT INTO app.seen VALUES ('psql', '1')"
docker_process_sql -q <<< "INSERT INTO app.seen VALUES ('docker_process_sql', '1');"
greeting='not exported'
export SEEN_BY=psql
greet() {
	docker_process_sql -q <<< "INSERT INTO app.seen VALUES ('$greeting', '$SEEN_BY');"
}
