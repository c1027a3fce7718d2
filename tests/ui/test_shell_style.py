import re
from pathlib import Path

import pytest
from PySide6.QtGui import QColor

from branchseg.paths import resources_dir
from ui import style
from ui.icons import icon, pixmap

THEMES = [style.LIGHT, style.DARK]
ICONS = sorted(path.stem for path in (resources_dir() / "icons").glob("*.svg")
               if not path.stem.endswith(("-light", "-dark")))
"""Files that end in a theme's name belong to the style sheet."""


def luminance(colour):
    """Relative luminance, WCAG 2.2."""
    parts = [int(colour[i:i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one, other):
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("theme", THEMES, ids=lambda t: t.name)
@pytest.mark.parametrize(("text", "ground"), [
    ("text", "bg"), ("text", "surface"), ("text", "surface2"), ("text", "sel"), ("text", "hover"),
    ("text", "nav"), ("text2", "bg"), ("text2", "surface"), ("text2", "surface2"),
    ("text3", "surface"), ("accent", "surface"), ("accent", "accent_soft"), ("accent", "nav"),
    ("danger", "surface"), ("danger", "danger_soft"), ("warn", "warn_soft"), ("ok", "ok_soft"),
    ("on_accent", "accent"), ("on_accent", "accent_hover"), ("on_accent", "accent_pressed"),
])
def test_every_text_can_be_read(theme, text, ground):
    assert contrast(getattr(theme, text), getattr(theme, ground)) >= 4.5


@pytest.mark.parametrize("theme", THEMES, ids=lambda t: t.name)
def test_borders_of_inputs_can_be_seen(theme):
    assert contrast(theme.control, theme.surface) >= 3


@pytest.mark.parametrize("theme", THEMES, ids=lambda t: t.name)
def test_the_sheet_is_complete_and_its_images_exist(theme):
    sheet = style.stylesheet(theme, 1.0)
    assert "@" not in sheet
    assert "/*" not in sheet
    paths = re.findall(r"url\(([^)]+)\)", sheet)
    assert paths
    for path in paths:
        text = Path(path).read_text(encoding="utf-8")
        drawn = QColor(re.search(r'stroke="(#\w+)"', text)[1])
        assert drawn in (QColor(theme.on_accent), QColor(theme.text2))


def test_the_sheet_stays_short():
    text = (resources_dir() / "style.qss").read_text(encoding="utf-8")
    assert text.count("\n") <= 120


def test_sizes_follow_the_scale_but_hair_lines_do_not():
    sheet = style.stylesheet(style.LIGHT, 1.5)
    assert "min-height: 45px" in sheet
    assert "font-size: 22.5pt" in sheet
    assert "1px solid" in sheet
    assert "2px solid" in sheet


def test_only_the_token_table_names_colours():
    text = (resources_dir() / "style.qss").read_text(encoding="utf-8")
    assert not re.findall(r"#[0-9A-Fa-f]{6}\b|\brgba?\(", text)


@pytest.mark.parametrize(("theme", "name"), [("light", "light"), ("dark", "dark")])
def test_apply_sets_palette_and_metrics(qapp, theme, name):
    style.apply(theme, 1.25)
    assert style.tokens().name == name
    assert qapp.palette().window().color() == QColor(style.tokens().bg)
    assert style.px(16) == 20
    assert style.font().pointSizeF() == pytest.approx(12.5)


def test_icons_are_many_and_name_no_colour():
    assert len(ICONS) >= 35
    for name in ICONS:
        text = (resources_dir() / "icons" / f"{name}.svg").read_text(encoding="utf-8")
        assert "currentColor" in text
        assert 'viewBox="0 0 24 24"' in text
        assert "#" not in text


@pytest.mark.parametrize("name", ICONS)
def test_every_icon_draws_something(name):
    image = pixmap(name, "accent", 24).toImage()
    inked = [image.pixelColor(x, y) for x in range(24) for y in range(24)
             if image.pixelColor(x, y).alpha() > 200]
    assert len(inked) >= 4
    assert all(abs(c.blue() - QColor(style.LIGHT.accent).blue()) < 8 for c in inked)


def strongest(picture):
    image = picture.toImage()
    return max((image.pixelColor(x, y) for x in range(image.width())
                for y in range(image.height())), key=lambda c: c.alpha())


def test_an_icon_follows_the_theme_and_its_mode():
    made = icon("lock", "text2", checked="accent")
    assert strongest(made.pixmap(20, 20)).name() == style.LIGHT.text2.lower()
    on = made.pixmap(20, 20, mode=made.Mode.Normal, state=made.State.On)
    assert strongest(on).name() == style.LIGHT.accent.lower()
    disabled = made.pixmap(20, 20, mode=made.Mode.Disabled)
    assert strongest(disabled).name() == style.LIGHT.text3.lower()
    style.apply("dark")
    assert strongest(made.pixmap(20, 20)).name() == style.DARK.text2.lower()


def test_an_unknown_icon_is_a_bug():
    with pytest.raises(FileNotFoundError):
        icon("no-such-icon")
