"""Commands on a terminal of 80x24, as a person has it, and a picture of what they wrote there."""

import contextlib
import io
import os
import pty
import re
import subprocess
from collections.abc import Iterable, Mapping, Sequence

from rich.console import Console
from rich.terminal_theme import TerminalTheme
from rich.text import Text

from local.stack import ROOT

COLUMNS = 80
_SIZE = {"COLUMNS": str(COLUMNS), "LINES": "24", "TERM": "xterm-256color", "COLORTERM": "truecolor"}
_THEME = TerminalTheme(
    (24, 27, 33),
    (215, 219, 226),
    [(24, 27, 33), (240, 113, 120), (143, 204, 121), (229, 192, 107), (97, 175, 239), (198, 146, 230), (86, 196, 205),
     (215, 219, 226)],
)  # fmt: skip
_SVG = """\
<svg viewBox="0 0 {width} {height}" xmlns="http://www.w3.org/2000/svg">
<style>
.{unique_id}-matrix {{ font: {char_height}px ui-monospace, Menlo, Consolas, "DejaVu Sans Mono", monospace }}
{styles}
</style>
<defs>
<clipPath id="{unique_id}-clip-terminal"><rect width="{terminal_width}" height="{terminal_height}"/></clipPath>
</defs>
{chrome}
<g transform="translate({terminal_x}, {terminal_y})" clip-path="url(#{unique_id}-clip-terminal)">
{backgrounds}
<g class="{unique_id}-matrix">
{matrix}
</g>
</g>
</svg>
"""
"""Rich's own would load a font from elsewhere."""
_NOT_SEEN = re.compile(r' clip-path="url\(#t-line-\d+\)"|<text [^>]*>\n</text>|(?<=\n)\s+')
"""What keeps each line in its row, which no glyph leaves; line ends; indentation."""


def on_a_terminal(command: Sequence[str], environment: Mapping[str, str] = os.environ) -> tuple[int, str]:
    """How a command ends on a terminal of its own, and what it writes there."""
    ours, its = pty.openpty()
    wanted = {name: value for name, value in environment.items() if name != "NO_COLOR"} | _SIZE
    with subprocess.Popen(command, cwd=ROOT, env=wanted, stdout=its, stderr=its) as running:
        os.close(its)
        said = b""
        with contextlib.suppress(OSError):  # at the end Linux answers a read with EIO
            while part := os.read(ours, 65536):
                said += part
        os.close(ours)
    return running.returncode, said.decode()


def picture(written: Iterable[str]) -> str:
    """What a terminal shows after this was written, as an SVG that needs nothing from elsewhere."""
    console = Console(
        record=True, width=COLUMNS, file=io.StringIO(), force_terminal=True, color_system="truecolor", no_color=False
    )
    for text in written:
        console.print(Text.from_ansi(text.replace("\r", "")), soft_wrap=True)
    drawn = console.export_svg(title="", theme=_THEME, code_format=_SVG, unique_id="t")
    return _NOT_SEEN.sub("", drawn)
