"""What every page shares: escaping, the one style sheet and the one script, inlined and named in its content policy.

Assembly text is untrusted. It reaches a page in two ways only: through `escape`, or as JSON in a script element that is
no script, from which the viewer makes text nodes. The policy of the page allows the one script by its hash, so that
markup that came in by mistake would still not run, and allows no address to be fetched.
"""

from __future__ import annotations

import base64
import hashlib
import html
import json
import os
import zlib
from collections.abc import Mapping, Sequence

from cyclesim import __version__

FOLDER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "assets")


def escape(text: object) -> str:
    """Text for element content and double-quoted attributes. Characters that HTML forbids become U+FFFD."""
    return html.escape("".join(one if _allowed(one) else "\N{REPLACEMENT CHARACTER}" for one in str(text)))


def _allowed(character: str) -> bool:
    code = ord(character)
    return (code >= 32 and not 127 <= code < 160 and not 0xD800 <= code < 0xE000) or character in "\t\n"


def asset(name: str) -> str:
    """The text of a file of `assets/`."""
    with open(os.path.join(FOLDER, name), encoding="utf-8") as file:
        return file.read()


MOST_PLAIN = 200_000
"""Characters of data that stay readable in a page; more is deflated, which makes of a long run a tenth or less."""


def json_script(name: str, value: Mapping[str, object]) -> str:
    """Data as a script element that no browser runs. No text in it can end the element or open a comment."""
    text = json.dumps(value, ensure_ascii=True, separators=(",", ":"))
    if len(text) > MOST_PLAIN:
        packer = zlib.compressobj(6, zlib.DEFLATED, -zlib.MAX_WBITS)
        packed = base64.b64encode(packer.compress(text.encode()) + packer.flush()).decode()
        return f'<script type="application/x-deflate" id="{escape(name)}">{packed}</script>'
    for character in "<>&":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return f'<script type="application/json" id="{escape(name)}">{text}</script>'


def document(title: str, body: Sequence[str]) -> str:
    """A whole page that needs nothing else. `body` is markup."""
    style, script = asset("page.css"), asset("timeline.js")
    policy = (
        f"default-src 'none'; script-src '{_hash(script)}'; style-src '{_hash(style)}'; "
        "img-src data:; base-uri 'none'; form-action 'none'"
    )
    return "\n".join(
        [
            "<!DOCTYPE html>",
            '<html lang="en">',
            "<head>",
            '<meta charset="utf-8">',
            f'<meta http-equiv="Content-Security-Policy" content="{policy}">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            f'<meta name="generator" content="cyclesim {__version__}">',
            '<link rel="icon" href="data:,">',
            f"<title>{escape(title)}</title>",
            f"<style>{style}</style>",
            "</head>",
            "<body>",
            "<main>",
            *body,
            "</main>",
            f"<script>{script}</script>",
            "</body>",
            "</html>",
        ]
    )


def _hash(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
