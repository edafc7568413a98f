#!/bin/bash
# Stands for each client program: what names this machine, or the port of the image, means the run.
PATH=:$PATH:
PATH=${PATH//":${0%/*}:"/:}
case ${PGHOST-} in
    '' | localhost | 127.0.0.1 | ::1 | /*) export PGHOST=$RUNNER_PGHOST PGPORT=$RUNNER_PGPORT ;;
esac
here='(localhost|127\.0\.0\.1|::1|\[::1]|/[^ ]*)'
url="^((-d|--dbname=)?postgres(ql)?://([^/@]*@)?)$here(:5432)?([/?].*)?\$"
words="^((-d|--dbname=)?([a-z_]+=[^ ]* +)*)host(addr)?=$here( .*)?\$"
args=() before=
while [ $# -gt 0 ]; do
    case $1 in
        -h | --host | -p | --port) value=$2 count=2 ;;
        --host=* | --port=*) value=${1#*=} count=1 ;;
        -h?* | -p?*) value=${1#-?} count=1 ;;
        *) value='' count=1 ;;
    esac
    case $value in
        localhost | 127.0.0.1 | ::1 | /* | 5432) shift $count && continue ;;
    esac
    case $before in
        -c | --command | -v | --set | --variable) args+=("$1") ;;
        *)
            if [[ $1 =~ $url ]]; then
                args+=("${BASH_REMATCH[1]}${BASH_REMATCH[7]}")
            elif [[ $1 =~ $words ]]; then
                value=${BASH_REMATCH[1]}${BASH_REMATCH[6]}
                args+=("${value/port=5432/}")
            else
                args+=("$1")
            fi
            ;;
    esac
    before=$1
    shift
done
exec "${0##*/}" "${args[@]}"
