"""The scripts folder under the name that it has in the container, for bash and what it calls."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from runner.scripts.files import CONTAINER_FOLDER

_NAME = CONTAINER_FOLDER.rstrip("/")
_LARGEST = 1 << 20  # bytes of a file whose text is looked at
# In a mount namespace of its own: a root folder in which all is as outside, and the folder, too.
_MOUNT = rf"""
set -e
shopt -s dotglob
root=$1 folder=$2 name={_NAME}
shift 2
if [ -d $name ]; then
    mount --bind "$folder" $name
    exec "$@"
fi
mount -t tmpfs runner "$root"
for entry in /*; do
    if [ -L "$entry" ]; then cp -P "$entry" "$root"
    elif [ -d "$entry" ]; then mkdir "$root$entry" && mount --rbind "$entry" "$root$entry"
    else : >"$root$entry" && mount --bind "$entry" "$root$entry"
    fi
done
mkdir "$root$name" "$root/.before"
mount --bind "$folder" "$root$name"
cd "$root"
pivot_root . .before
umount -l /.before
rmdir /.before
exec "$@"
"""


def names_container(folder: Path) -> bool:
    """Whether a file in the folder names it as the container does."""
    return any(_NAME.encode() in _text(path) for path in folder.rglob("*"))


def _text(path: Path) -> bytes:
    """The content of a small file, which may be a script."""
    try:
        return path.read_bytes() if path.is_file() and path.stat().st_size <= _LARGEST else b""
    except OSError:
        return b""


def in_namespace(folder: Path, root: Path) -> list[str] | None:
    """The command that runs another where the folder has that name; None where Linux forbids it.

    `root` is an empty folder. Another user than root is one inside, for the mounts alone.
    """
    user, own = os.geteuid(), []
    unshare = ["unshare", "--mount"]
    if user:
        unshare += ["--user", "--map-root-user"]
        own = ["unshare", "--user", f"--map-user={user}", f"--map-group={os.getegid()}"]
    inside = [*own, "bash", "-c", 'cd "$0" && exec "$@"', str(Path.cwd())]
    command = [*unshare, "bash", "-c", _MOUNT, "bash", str(root), str(folder.resolve()), *inside]
    try:
        tried = subprocess.run(
            [*command, "test", "-d", _NAME], check=False, capture_output=True, timeout=10
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return None if tried.returncode else command


def copied(folder: Path, place: Path) -> Path:
    """Makes a copy of the folder in which files name the copy; gives it.

    A file that is large, or does not name the folder, is a link.
    """
    for path in (folder, *folder.rglob("*")):
        copy = place / path.relative_to(folder)
        text = _text(path)
        if path.is_dir():
            copy.mkdir()
        elif _NAME.encode() in text:
            copy.write_bytes(text.replace(_NAME.encode(), os.fsencode(place)))
            copy.chmod(path.stat().st_mode)
        else:
            copy.symlink_to(path.resolve())
    return place
