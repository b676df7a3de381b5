"""Small human pages: one frame, no scripts, nothing from elsewhere. Pure."""

from html import escape

_STYLE = """
:root{color-scheme:light dark;--ground:#f4f5f7;--card:#fff;--ink:#14171c;--soft:#5b6472;
--line:#d9dde4;--accent:#12794a;--on-accent:#fff;--danger:#b3261e}
@media (prefers-color-scheme:dark){:root{--ground:#101317;--card:#1a1f26;--ink:#e9edf2;
--soft:#9aa5b4;--line:#2c343f;--accent:#3ddc91;--on-accent:#06281a;--danger:#ff8a80}}
*{box-sizing:border-box}
body{margin:0;min-height:100vh;display:grid;place-items:center;padding:1.25rem;
background:var(--ground);color:var(--ink);font:1rem/1.5 system-ui,sans-serif}
main{width:min(100%,26rem);background:var(--card);border:1px solid var(--line);
border-radius:1rem;padding:1.75rem;box-shadow:0 1px 2px #0001,0 12px 32px #0000000f}
main.wide{width:min(100%,60rem)}
h1{margin:0 0 .75rem;font-size:1.35rem;line-height:1.25;overflow-wrap:anywhere}
p{margin:0 0 1rem}.soft{color:var(--soft);font-size:.9rem}
a{color:var(--accent)}
img,video{display:block;max-width:100%;height:auto;border-radius:.5rem;margin:0 0 1rem}
fieldset{border:0;padding:0;margin:0 0 1.25rem}legend{padding:0;margin-bottom:.5rem;font-weight:600}
label.choice{display:flex;gap:.75rem;align-items:center;padding:.7rem .85rem;margin-bottom:.5rem;
border:1px solid var(--line);border-radius:.65rem;cursor:pointer}
label.choice:has(:checked){border-color:var(--accent);box-shadow:0 0 0 1px var(--accent)}
input[type=radio]{accent-color:var(--accent);width:1.1rem;height:1.1rem;margin:0}
.row{display:flex;gap:.75rem}
button{flex:1;font:inherit;font-weight:600;padding:.75rem 1rem;border-radius:.65rem;cursor:pointer;
border:1px solid var(--line);background:transparent;color:var(--ink)}
button.yes{background:var(--accent);border-color:var(--accent);color:var(--on-accent)}
button.no{color:var(--danger)}
:focus-visible{outline:3px solid var(--accent);outline-offset:2px}
code.pin{display:block;font-size:2rem;letter-spacing:.2em;text-align:center;padding:.75rem;
border:1px dashed var(--line);border-radius:.65rem;margin-bottom:1rem}
.tag{display:inline-block;font-size:.75rem;font-weight:600;letter-spacing:.04em;
text-transform:uppercase;color:var(--soft);margin-bottom:.75rem}
"""


def page(title: str, content: str, *, wide: bool = False) -> str:
    """A whole HTML document.

    Args:
        title: Plain text.
        content: HTML, already escaped, inside ``<main>``.
    """
    shape = ' class="wide"' if wide else ""
    return (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>{escape(title)}</title><style>{_STYLE}</style></head>"
        f"<body><main{shape}>{content}</main></body></html>"
    )


def plain_page(title: str, text: str) -> str:
    """A page that only says something."""
    return page(title, f"<h1>{escape(title)}</h1><p>{escape(text)}</p>")
