"""`python -m docs.site FOLDER`: the documents of this checkout as pages in FOLDER."""

from __future__ import annotations

import sys
from pathlib import Path

from docs.site.build import build

if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: python -m docs.site FOLDER")
    pages = build(Path(sys.argv[1]))
    print(f"{sys.argv[1]}: {len(pages)} pages; open {sys.argv[1]}/index.html")
