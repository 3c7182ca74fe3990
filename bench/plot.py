"""A plot in plain SVG: how long bursts of machines take, against what Azure's bucket for writes allows."""

from collections.abc import Sequence
from html import escape

from bench.burst import Burst
from bench.sequential import Sequential

_WIDTH, _HEIGHT, _LEFT, _BOTTOM, _TOP, _RIGHT = 720, 400, 64, 48, 24, 200
_COLOURS = ("#0b6e99", "#7a7a7a", "#c2410c", "#15803d")

type Points = Sequence[tuple[float, float]]


def plot(bursts: Sequence[Burst], peers: Sequence[Sequential]) -> str:
    """Machines to the right, seconds upwards; one line with Azure's limits, one without, the bound, and the script."""
    one_network = [one for one in bursts if one.networks == 1]
    lines: list[tuple[str, Points]] = [
        ("limits on", [(one.machines, one.seconds) for one in one_network if one.throttling]),
        ("bound of writes and tagging", [(one.machines, one.bound_seconds) for one in one_network if one.throttling]),
        ("limits off", [(one.machines, one.seconds) for one in one_network if not one.throttling]),
        ("SDK script, limits on", [(one.machines, one.seconds) for one in peers if one.throttling]),
    ]
    right = max(x for _, points in lines for x, _ in points)
    top = max(y for _, points in lines for _, y in points) * 1.05
    drawn = [_axes(right, top)]
    for number, (name, points) in enumerate(lines):
        drawn.append(_line(points, right, top, _COLOURS[number]))
        drawn.append(_label(name, number))
    size = f'viewBox="0 0 {_WIDTH} {_HEIGHT}" width="{_WIDTH}" height="{_HEIGHT}"'
    style = 'font-family="sans-serif" font-size="12"'
    body = "\n".join(drawn)
    background = f'<rect width="{_WIDTH}" height="{_HEIGHT}" fill="white"/>'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size} {style}>\n{background}\n{body}\n</svg>\n'


def _at(x: float, y: float, right: float, top: float) -> tuple[float, float]:
    return (
        _LEFT + x / right * (_WIDTH - _LEFT - _RIGHT),
        _HEIGHT - _BOTTOM - y / top * (_HEIGHT - _BOTTOM - _TOP),
    )


def _line(points: Points, right: float, top: float, colour: str) -> str:
    places = [_at(x, y, right, top) for x, y in sorted(points)]
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
    dots = "".join(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3.5" fill="{colour}"/>' for x, y in places)
    return f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>{dots}'


def _label(name: str, number: int) -> str:
    x, y = _WIDTH - _RIGHT + 16, _TOP + 8 + 20 * number
    return (
        f'<rect x="{x}" y="{y - 9}" width="14" height="4" fill="{_COLOURS[number]}"/>'
        f'<text x="{x + 20}" y="{y - 3}">{escape(name)}</text>'
    )


def _axes(right: float, top: float) -> str:
    x0, y0 = _at(0, 0, right, top)
    x1, _ = _at(right, 0, right, top)
    drawn = [f'<path d="M{x0},{_TOP} V{y0} H{x1}" fill="none" stroke="black"/>']
    for value in _ticks(right):
        x, _ = _at(value, 0, right, top)
        drawn.append(f'<text x="{x:.1f}" y="{y0 + 18}" text-anchor="middle">{value:g}</text>')
    for value in _ticks(top):
        _, y = _at(0, value, right, top)
        drawn.append(f'<path d="M{x0},{y:.1f} H{x1}" stroke="#dddddd"/>')
        drawn.append(f'<text x="{x0 - 8}" y="{y + 4:.1f}" text-anchor="end">{value:g}</text>')
    drawn.append(f'<text x="{(x0 + x1) / 2:.0f}" y="{_HEIGHT - 8}" text-anchor="middle">VMs tagged at once</text>')
    drawn.append(f'<text x="12" y="{_TOP - 8}">seconds until the last has its protected item</text>')
    return "\n".join(drawn)


def _ticks(most: float) -> list[float]:
    """About five round numbers."""
    step = next(base * 10**power for power in range(7) for base in (1, 2, 5) if base * 10**power * 6 > most)
    return [step * number for number in range(int(most / step) + 1)]
