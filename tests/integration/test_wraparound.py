"""Transaction ids come round after 2^32: the guard still knows the rows of earlier runs."""

from __future__ import annotations

import shutil
import subprocess
from typing import TYPE_CHECKING

import psycopg
import pytest

from runner.embedded.programs import server_user
from runner.results import LossError
from tests.integration.applying import Applier
from tests.servers import EMBEDDED_VERSION, Server, server_pool

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.db

IDS = 2**32
# What one page, and one file, of pg_xact holds: two bits for each transaction.
PAGE, PAGES = 8192, 32
FILE = PAGE * 4 * PAGES
CREATE = "DROP TABLE IF EXISTS t; CREATE TABLE t (id int);"
# Each block with EXCEPTION takes an id of its own.
SEED = """INSERT INTO t VALUES (0); DO $$ BEGIN
    FOR i IN 1..30 LOOP
        BEGIN INSERT INTO t VALUES (i); EXCEPTION WHEN OTHERS THEN NULL; END;
    END LOOP;
END $$;"""


class Cluster:
    """A server whose next transaction id can be set."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.conninfo = server.conninfo()
        command = (server.data_dir / "postmaster.opts").read_text()
        self.options = command.partition(" ")[2].strip()

    def jump(self, xid: int) -> None:
        """Lets ids pass up to this one, of 32 bits; all rows that are there are frozen first."""
        for database in ("postgres", "template1", "template0"):
            with psycopg.connect(self.conninfo, autocommit=True) as conn:
                conn.execute(f"ALTER DATABASE {database} ALLOW_CONNECTIONS true")
            with psycopg.connect(self.server.conninfo(database), autocommit=True) as conn:
                conn.execute("VACUUM (FREEZE)")
        self._run("pg_ctl", "stop", "--wait", "--mode", "fast")
        self._run("pg_resetwal", "--force", f"--next-transaction-id={xid}")
        path = self.server.data_dir / "pg_xact" / f"{xid // FILE:04X}"
        if not path.exists():
            path.write_bytes(bytes(PAGE * PAGES))
            path.chmod(0o600)
            owner = self.server.data_dir.stat()
            shutil.chown(path, owner.st_uid, owner.st_gid)
        log = str(self.server.log_path)
        self._run("pg_ctl", "start", "--wait", "--log", log, "--options", self.options)

    def _run(self, program: str, *arguments: str) -> None:
        command = [str(self.server.bin_dir / program), *arguments, str(self.server.data_dir)]
        if program == "pg_ctl":
            command.insert(-1, "--pgdata")
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, **server_user().identity())


def test_what_is_ours_when_ids_come_round(tmp_path: Path) -> None:
    with server_pool([EMBEDDED_VERSION]) as pool:
        cluster = Cluster(pool.get(EMBEDDED_VERSION))
        apply = Applier(tmp_path, cluster.conninfo)
        for xid in (1_500_000_000, 3_000_000_000, IDS - 20):
            cluster.jump(xid)
        apply(CREATE, SEED)
        first, last = apply.sql("SELECT first_xid, last_xid FROM runner.run")[0]
        assert first < IDS < last
        xmins = [int(xid) for xid in apply.sql("SELECT xmin::text FROM t ORDER BY id")]
        assert xmins[0] == first
        assert xmins[-1] < 100

        assert apply(CREATE, SEED).loss == ()
        assert apply.told.started == ["01.sql", "02.sql"]
        apply.sql("UPDATE t SET id = -1 WHERE id = 7")
        with pytest.raises(LossError) as caught:
            apply(CREATE, SEED)
        assert "the scripts wrote all but 1 of" in str(caught.value.detail)

        # More than half of all ids later no id is compared any more, but what the rows hold.
        apply(CREATE, SEED, allow_loss=("t",))
        for xid in (1_500_000_000, 2_500_000_000):
            cluster.jump(xid)
        assert apply(CREATE, SEED).loss == ()
        apply.sql("UPDATE t SET id = -1 WHERE id = 7")
        with pytest.raises(LossError) as caught:
            apply(CREATE, SEED)
        assert [loss.table for loss in caught.value.losses] == ["public.t"]
