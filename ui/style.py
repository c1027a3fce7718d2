"""How the window looks: one frozen token table per theme, from which palette and QSS are made.

Nothing else in `ui` names a colour. Delegates and icons ask `tokens()` while they paint, so a
change of theme needs no more than `apply` and a repaint. Theme and scale live as properties of
the QApplication, not in this module.
"""

from __future__ import annotations

import re
from typing import NamedTuple, cast

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFont, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication

from branchseg.paths import resources_dir

FONT_FAMILIES = ("Microsoft YaHei UI", "Microsoft YaHei", "Noto Sans CJK SC", "Noto Sans SC")
BODY_POINTS = 10.0
NAV_WIDTH = 188
ROW_HEIGHT = 38
ICON_SIZE = 20
GAP = 12


class Tokens(NamedTuple):
    """The colours of one theme as #RRGGBB.

    Text pairs have a contrast of at least 4.5:1, `control` (borders of inputs) of 3:1.
    """

    name: str
    bg: str
    surface: str
    surface2: str
    border: str
    border2: str
    control: str
    text: str
    text2: str
    text3: str
    accent: str
    accent_hover: str
    accent_pressed: str
    accent_soft: str
    on_accent: str
    danger: str
    danger_soft: str
    warn: str
    warn_soft: str
    ok: str
    ok_soft: str
    sel: str
    hover: str
    nav: str


LIGHT = Tokens(
    name="light", bg="#F3F5F8", surface="#FFFFFF", surface2="#F8FAFC", border="#E3E8EF",
    border2="#CBD5E1", control="#858F9E", text="#1F2937", text2="#5B6676", text3="#6B7685",
    accent="#1F5FBF", accent_hover="#1A52A6", accent_pressed="#16458C", accent_soft="#E8F0FC",
    on_accent="#FFFFFF", danger="#C42B1C", danger_soft="#FDECEA", warn="#9A5B00",
    warn_soft="#FFF4DC", ok="#0F7B3E", ok_soft="#E4F5EA", sel="#DCE9FB", hover="#F1F5FA",
    nav="#FFFFFF",
)
DARK = Tokens(
    name="dark", bg="#1B1F26", surface="#242A33", surface2="#2A313B", border="#38414D",
    border2="#4A5563", control="#78838F", text="#E8ECF2", text2="#A9B4C2", text3="#94A0B0",
    accent="#6CA8F5", accent_hover="#74ABF4", accent_pressed="#4A8AE0", accent_soft="#263850",
    on_accent="#0D1520", danger="#FF9D94", danger_soft="#46282A", warn="#FFC267",
    warn_soft="#453721", ok="#6FD08C", ok_soft="#213D2C", sel="#2B4160", hover="#2C343F",
    nav="#20252D",
)
TONES = ("accent", "ok", "warn", "danger", "neutral")
"""What a chip or a figure may mean; the word beside it always says it too."""

_IMAGES = ("tick", "minus", "chevron-down", "chevron-up", "chevron-left", "chevron-right")


def _app() -> QApplication:
    """The running application, typed."""
    return cast("QApplication", QApplication.instance())


def tokens() -> Tokens:
    """The colours in force."""
    return DARK if _app().property("theme") == "dark" else LIGHT


def color(token: str) -> QColor:
    """The colour of a token in the theme in force."""
    return QColor(getattr(tokens(), token))


def tone_colors(tone: str) -> tuple[QColor, QColor]:
    """Text and soft fill of a tone of `TONES`."""
    if tone == "neutral":
        return color("text2"), color("hover")
    return color(tone), color(f"{tone}_soft")


def px(length: int) -> int:
    """A length in pixels at scale 1, at the scale in force."""
    scale = _app().property("ui_scale")
    return round(length * (float(scale) if scale else 1.0))


def points(size: float) -> float:
    """A type size in points at scale 1, at the scale in force."""
    scale = _app().property("ui_scale")
    return size * (float(scale) if scale else 1.0)


def pixel_ratio() -> float:
    """Device pixels per pixel on the sharpest screen."""
    return _app().devicePixelRatio()


def font(size: float = BODY_POINTS, *, bold: bool = False) -> QFont:
    """A font of the window at a size in points."""
    chosen = QFont()
    chosen.setFamilies(list(FONT_FAMILIES))
    chosen.setPointSizeF(points(size))
    chosen.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    if bold:
        chosen.setWeight(QFont.Weight.DemiBold)
    return chosen


def is_dark(theme: str) -> bool:
    """Whether `theme` ("system", "light", "dark") means dark now."""
    if theme == "system":
        return QGuiApplication.styleHints().colorScheme() == Qt.ColorScheme.Dark
    return theme == "dark"


def set_scale(scale: float) -> None:
    """Let `px` and `points` count at `scale` before anything has been applied."""
    _app().setProperty("ui_scale", scale)


def apply(theme: str = "light", scale: float = 1.0) -> None:
    """Give the whole application its look; may be called again at any time."""
    app, shade = _app(), "dark" if is_dark(theme) else "light"
    if (app.property("theme"), app.property("ui_scale")) == (shade, scale):
        return
    app.setProperty("theme", shade)
    app.setProperty("ui_scale", scale)
    app.setFont(font())
    app.setPalette(palette(tokens()))
    app.setStyleSheet(stylesheet(tokens(), scale))


def palette(table: Tokens) -> QPalette:
    """The palette of a theme: dialogs, menus and everything QSS does not reach."""
    role = QPalette.ColorRole
    pairs = {
        role.Window: table.bg, role.Base: table.surface, role.AlternateBase: table.surface2,
        role.Text: table.text, role.WindowText: table.text, role.ButtonText: table.text,
        role.Button: table.surface, role.Highlight: table.accent,
        role.HighlightedText: table.on_accent, role.PlaceholderText: table.text3,
        role.ToolTipBase: table.surface, role.ToolTipText: table.text, role.Link: table.accent,
        role.LinkVisited: table.accent, role.Accent: table.accent, role.Mid: table.border2,
        role.Light: table.surface, role.Midlight: table.border, role.Dark: table.control,
    }
    made = QPalette()
    for each, value in pairs.items():
        made.setColor(each, QColor(value))
    for each in (role.Text, role.WindowText, role.ButtonText):
        made.setColor(QPalette.ColorGroup.Disabled, each, QColor(table.text3))
    return made


def stylesheet(table: Tokens, scale: float) -> str:
    """resources/style.qss with tokens and image paths filled in and every size scaled."""
    icons = resources_dir() / "icons"
    values = table._asdict() | {
        image.replace("-", "_"): (icons / f"{image}-{table.name}.svg").as_posix()
        for image in _IMAGES
    }
    text = (resources_dir() / "style.qss").read_text(encoding="utf-8")
    text = re.sub(r"\b(\d+(?:\.\d+)?)(px|pt)\b", lambda m: _scaled(m, scale), text)
    text = re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)
    return re.sub(r"@(\w+)", lambda m: str(values[m[1]]), text)


def _scaled(match: re.Match[str], scale: float) -> str:
    """One size of the sheet at a scale; hair lines and focus rings stay as they are."""
    size, unit = float(match[1]), match[2]
    if unit == "px":
        return f"{int(size) if size <= 3 else round(size * scale)}px"
    return f"{size * scale:g}pt"
