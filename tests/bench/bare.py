"""The floor: psycopg and nothing else, one transaction, the file in messages of 1 MB.

Every line of the file is a statement, so that no lexer is needed.
"""

from __future__ import annotations

import sys
from pathlib import Path

import psycopg

MESSAGE = 1 << 20


def main() -> None:
    """`python -m tests.bench.bare FILE CONNINFO`."""
    path, conninfo = sys.argv[1:]
    data = Path(path).read_bytes()
    start, messages = 0, []
    while start < len(data):
        end = data.rfind(b"\n", start, start + MESSAGE) + 1
        messages.append(data[start:end])
        start = end
    with psycopg.connect(conninfo, autocommit=True) as conn:
        conn.execute("BEGIN")
        for message in messages:
            conn.execute(message)
        conn.execute("COMMIT")


if __name__ == "__main__":
    main()
