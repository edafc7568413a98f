greet
SEEN_BY="$SEEN_BY again"
cd /
