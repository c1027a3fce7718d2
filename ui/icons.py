"""The icons: stroke drawings of resources/icons, coloured by token at the moment of painting."""

from __future__ import annotations

from functools import cache

from PySide6.QtCore import QByteArray, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QIcon, QIconEngine, QPainter, QPixmap, QPixmapCache
from PySide6.QtSvg import QSvgRenderer

from branchseg.paths import resources_dir

from .style import color, pixel_ratio


@cache
def _drawing(name: str) -> str:
    """The SVG text of an icon. Raises FileNotFoundError for an unknown name (a bug)."""
    return (resources_dir() / "icons" / f"{name}.svg").read_text(encoding="utf-8")


def pixmap(name: str, shade: str = "text2", size: QSize | int = 20) -> QPixmap:
    """The icon in the colour of token `shade`; `size` in device pixels."""
    extent = QSize(size, size) if isinstance(size, int) else size
    ink = color(shade).name()
    key = f"icon/{name}/{ink}/{extent.width()}x{extent.height()}"
    found = QPixmap()
    if QPixmapCache.find(key, found):
        return found
    drawn = QPixmap(extent)
    drawn.fill(Qt.GlobalColor.transparent)
    svg = _drawing(name).replace("currentColor", ink)
    painter = QPainter(drawn)
    QSvgRenderer(QByteArray(svg.encode())).render(painter, QRectF(drawn.rect()))
    painter.end()
    QPixmapCache.insert(key, drawn)
    return drawn


class _Engine(QIconEngine):
    """Renders one icon sharply at any size and follows the theme without being told."""

    def __init__(self, name: str, token: str, checked: str) -> None:
        super().__init__()
        self._name, self._token, self._checked = name, token, checked

    def _token_for(self, mode: QIcon.Mode, state: QIcon.State) -> str:
        if mode == QIcon.Mode.Disabled:
            return "text3"
        return self._checked if state == QIcon.State.On else self._token

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        """The icon at exactly `size` device pixels."""
        return pixmap(self._name, self._token_for(mode, state), size)

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode,
              state: QIcon.State) -> None:
        """Draw into `rect` at the resolution of the sharpest screen."""
        painter.drawPixmap(rect, self.pixmap(rect.size() * pixel_ratio(), mode, state))

    def clone(self) -> QIconEngine:
        """A copy for a QIcon that detaches."""
        return _Engine(self._name, self._token, self._checked)


@cache  # Python may free an engine before the QIcon that owns it: neither is ever freed
def icon(name: str, shade: str = "text2", checked: str = "") -> QIcon:
    """The icon `name` in the colour of token `shade`, of `checked` while its button is on."""
    _drawing(name)
    return QIcon(_Engine(name, shade, checked or shade))
