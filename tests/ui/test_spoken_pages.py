"""Wherever talking points are shown they can be read aloud: no placeholder, the right words."""

import pytest
from opened import BRANCH, OPERATOR, opened_sample, rest
from PySide6.QtWidgets import QAbstractButton, QLabel


@pytest.fixture(scope="module")
def program(qapp, tmp_path_factory):
    with opened_sample(tmp_path_factory.mktemp("spoken")) as made:
        yield made


def shown(program):
    """Every text of the window."""
    window = program.window
    yield from (one.text() for one in window.findChildren(QLabel))
    yield from (one.text() for one in window.findChildren(QAbstractButton))


@pytest.fixture(scope="module")
def examples(program):
    """action -> the first customer whose next action it is."""
    result = program.session.result
    actions = result.results["next_action"].dropna()
    ids = result.table.frame["customer_id"]
    return {action: ids.iloc[found.index[0]] for action, found in actions.groupby(actions)}


def page_of(program, key, argument=None):
    program.session.navigate(key, argument)
    rest(program)
    return program.window.workspace._pages[key]


def test_no_page_shows_a_placeholder(program, examples):
    assert len(examples) > 10
    today = page_of(program, "today")
    for customer_id in examples.values():
        customers = page_of(program, "customers", customer_id)
        customers.portrait.overview.advice.toggle.setChecked(True)
        assert not [words for words in shown(program) if "【" in words]
        lobby = page_of(program, "lobby")
        lobby.choose(customer_id)
        rest(program)
        assert lobby.verdict.advice.theme
        assert not [words for words in shown(program) if "【" in words]
        lobby.leave_person()
    page_of(program, "today")
    rest(program)
    assert today.side.pane._opening.text()
    page_of(program, "tasks")
    assert not [words for words in shown(program) if "【" in words]


def test_the_lobby_says_what_is_said_in_the_lobby(program, examples):
    lobby = page_of(program, "lobby")
    lobby.choose(examples["maturity_notice"])
    rest(program)
    advice = lobby.verdict.advice
    assert advice._how.text().startswith("渠道 厅堂")
    assert "趁您在网点" in advice.opening
    assert "提醒您" not in advice.opening
    lobby.leave_person()


def test_the_portrait_speaks_for_who_is_responsible(program, examples):
    session = program.session
    page = page_of(program, "customers", examples["maturity_notice"])
    box = page.portrait.overview.advice
    box.toggle.setChecked(True)
    said = "".join(one.text() for one in box.talk.findChildren(QLabel))
    row = session.result.table.frame.set_index("customer_id").loc[examples["maturity_notice"]]
    names = {OPERATOR, "＿＿＿＿", str(row["manager"])}
    assert any(f"我是{BRANCH}的{name}" in said for name in names) or "趁您在网点" in said
