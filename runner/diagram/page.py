"""The model as one page of HTML that needs no network."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from typing import TYPE_CHECKING, Any

from runner.diagram.picture import package_text, svg

if TYPE_CHECKING:
    from runner.diagram.model import Model


def to_html(model: Model) -> str:
    """The page. Raises UsageError without the program that lays out the picture.

    The browser runs the script of the page and nothing else, whatever the names of tables are.
    """
    script = package_text("page.js")
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    parts = {
        "policy": f"default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{digest}'",
        "style": package_text("picture.css") + package_text("page.css"),
        "picture": svg(model),
        # No text can end the element.
        "data": json.dumps(_plain(model), ensure_ascii=True).replace("<", "\\u003c"),
        "script": script,
    }
    page = package_text("page.html")
    return re.sub("@(policy|style|picture|data|script)@", lambda m: parts[m[1]], page)


def _plain(value: Any) -> Any:
    """Named tuples as objects."""
    if hasattr(value, "_asdict"):
        return {name: _plain(one) for name, one in value._asdict().items()}
    return [_plain(one) for one in value] if isinstance(value, list) else value
