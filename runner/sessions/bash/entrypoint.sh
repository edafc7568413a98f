# The entrypoint's own: its options, what its scripts may call, and how it runs one. The rest
# tells where the output of a script ends, and what it has exported.
set -Eeo pipefail
docker_process_sql() {
    local query_runner=( psql -v ON_ERROR_STOP=1 --username "$POSTGRES_USER" \
        --no-password --no-psqlrc )
    if [ -n "$POSTGRES_DB" ]; then
        query_runner+=( --dbname "$POSTGRES_DB" )
    fi
    "${query_runner[@]}" "$@"
}
exec 6<&0 7>&1 8>&2 </dev/null
_runner_next() {
    builtin printf '\0%s\n' "$_runner_mark" >&8
    {
        builtin printf '\0%s\n' "$_runner_mark"
        command -p env -0 PWD="$PWD"
        builtin printf '\0%s\n' "$_runner_mark"
    } >&7
    IFS= read -r -d '' f <&6
}
docker_process_init_files() {
    psql=( docker_process_sql )
    local f
    while _runner_next; do
        if [ -x "$f" ]; then "$f"; else . "$f"; fi
    done
}
_runner_mark=$1
shift
docker_process_init_files
exec true # as the entrypoint ends, by the server: no trap of its scripts sees the end
