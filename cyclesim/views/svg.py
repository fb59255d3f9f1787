"""Writing SVG: elements as text, everything that comes from outside escaped."""

from __future__ import annotations

from cyclesim.views.page import escape

CHARACTER = 7.23
"""Width of a character of the monospaced text of 12 px; fonts differ by a few percent."""


def number(value: float) -> str:
    """A coordinate: two decimals at most."""
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text


def element(name: str, content: str | None = None, /, **attributes: object) -> str:
    """One element; `class_` is the attribute class, `_` in a name is `-`. `content` is markup."""
    words = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{escape(number(value) if isinstance(value, float) else value)}"'
        for key, value in attributes.items()
    )
    return f"<{name}{words}/>" if content is None else f"<{name}{words}>{content}</{name}>"


def text(x: float, y: float, words: str, class_: str = "", **attributes: object) -> str:
    """A line of text with its middle at `y`; its baseline is given as a number, which every renderer knows."""
    if class_:
        attributes = {"class_": class_, **attributes}
    return element("text", escape(words), **{"x": float(x), "y": float(y) + 4.0, **attributes})


def box(x: float, y: float, width: float, height: float, class_: str, **attributes: object) -> str:
    return element(
        "rect", x=float(x), y=float(y), width=float(max(width, 0)), height=float(height), class_=class_, **attributes
    )


def line(x1: float, y1: float, x2: float, y2: float, class_: str) -> str:
    return element("line", x1=float(x1), y1=float(y1), x2=float(x2), y2=float(y2), class_=class_)
