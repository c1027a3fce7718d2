"""Of many questions of one kind only the last one is answered."""

from branchseg.errors import StoreError
from ui.latest import Latest


def test_only_the_last_answer_comes(qtbot, session, in_the_way):
    asked, heard = Latest(session), []
    slow, ran = in_the_way(session), []
    for number in range(3):
        asked.ask("数", lambda _reporter, n=number: ran.append(n) or n, heard.append)
    slow.end()
    qtbot.waitUntil(lambda: not session.jobs.busy)
    assert (heard, ran) == ([2], [2])


def test_nothing_comes_after_a_drop_though_it_was_done(qtbot, session, in_the_way):
    asked, heard = Latest(session), []
    asked.ask("数", lambda _reporter: 1, heard.append, heard.append)
    asked.drop()
    asked.drop()
    qtbot.waitUntil(lambda: not session.jobs.busy)
    assert heard == []


def test_kinds_do_not_disturb_each_other(qtbot, session):
    first, second, heard = Latest(session), Latest(session), []
    first.ask("一", lambda _reporter: 1, heard.append)
    second.ask("二", lambda _reporter: 2, heard.append)
    qtbot.waitUntil(lambda: not session.jobs.busy)
    assert heard == [1, 2]


def test_a_failure_goes_where_it_is_wanted(qtbot, session):
    def fail(_reporter):
        raise StoreError("store.io")

    asked, failed = Latest(session), []
    asked.ask("数", fail, lambda _value: None, failed.append)
    qtbot.waitUntil(lambda: not session.jobs.busy)
    assert [error.code for error in failed] == ["store.io"]
