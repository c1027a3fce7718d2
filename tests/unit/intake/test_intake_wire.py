"""The parent believes nothing: round trips, and what happens to forged or cut bytes."""

from __future__ import annotations

import io
import os
import pickle
from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from branchseg.errors import InputError
from branchseg.intake import wire

CELLS = st.one_of(
    st.text(max_size=5), st.floats(allow_nan=False), st.integers(), st.booleans(), st.dates(),
    st.datetimes(), st.times(), st.just(""),
)
TABLES = st.integers(0, 90).flatmap(
    lambda height: st.lists(
        st.one_of(
            *(st.lists(kind, min_size=height, max_size=height)
              for kind in (CELLS, st.text(max_size=3), st.floats(allow_nan=False), st.dates(),
                           st.one_of(st.just(""), st.dates()),
                           st.one_of(st.just(""), st.floats(allow_nan=False))))
        ),
        min_size=1, max_size=4,
    )
)


def send(columns) -> io.BytesIO:
    stream = io.BytesIO()
    wire.write_rows(stream, iter(zip(*columns, strict=True)))
    stream.seek(0)
    return stream


def receive(stream, width: int):
    columns = [[] for _ in range(width)]
    for block in wire.read_rows(stream, 100_000):
        for column, cells in zip(columns, block, strict=True):
            column.extend(cells)
    return columns


def forge(kind: bytes, payload: bytes) -> io.BytesIO:
    """A block of one cell with this in it."""
    stream = io.BytesIO()
    wire.write_json(stream, {"rows": 1, "width": 1})
    wire.write_frame(stream, kind, payload)
    wire.write_json(stream, {"rows": 0, "width": 0})
    stream.seek(0)
    return stream


@given(st.lists(st.one_of(st.dates(), st.datetimes(), st.booleans(), st.just(""),
                          st.floats(allow_nan=False), st.text(max_size=2)),
                min_size=1, max_size=90).map(lambda cells: [date(2026, 10, 31), *cells]))
def test_dates_among_other_cells_arrive_as_they_left(cells) -> None:
    [arrived] = receive(send([cells]), 1)
    assert arrived == [None if cell == "" else cell for cell in cells]
    assert [type(cell) for cell in arrived if cell is not None] == [
        type(cell) for cell in cells if cell != ""]


@given(TABLES)
def test_cells_arrive_as_they_left(columns) -> None:
    expected = [[None if cell == "" else cell for cell in column] for column in columns]
    arrived = receive(send(columns), len(columns))
    assert arrived == expected
    assert [[type(c) for c in col] for col in arrived] == [
        [type(c) for c in col] for col in expected
    ]


def test_long_columns_of_every_kind() -> None:
    columns = [
        [float(i) for i in range(3000)], [str(i) for i in range(3000)],
        [date(2026, 1, 1)] * 3000, [""] * 3000, [True] * 3000,
        ["late text" if i == 2999 else 1.0 for i in range(3000)],
    ]
    assert receive(send(columns), 6) == [
        *columns[:3], [None] * 3000, *columns[4:]
    ]


@pytest.mark.parametrize(("span", "cell"), [
    (timedelta(hours=13, minutes=5, seconds=7), time(13, 5, 7)),
    (timedelta(0), time(0, 0)),
    (timedelta(days=1), 1.0),
    (timedelta(hours=36), 1.5),
    (timedelta(hours=-6), -0.25),
])
def test_durations_become_plain(span: timedelta, cell: object) -> None:
    assert receive(send([[span]]), 1) == [[cell]]


@given(TABLES, st.data())
def test_a_cut_stream_is_noticed(columns, data) -> None:
    whole = send(columns).getvalue()
    if not columns[0]:
        return
    cut = data.draw(st.integers(0, len(whole) - 1))
    with pytest.raises(wire.WireError):
        receive(io.BytesIO(whole[:cut]), len(columns))


class Evil:
    def __reduce__(self):
        return os.system, ("true",)


@pytest.mark.parametrize("value", [[Evil()], [os.system], [datetime], [range(3)]])
def test_nothing_but_dates_is_built(value) -> None:
    stream = forge(b"p", pickle.dumps(value))
    if value == [datetime]:
        assert receive(stream, 1) == [[datetime]]
    else:
        with pytest.raises(wire.WireError):
            receive(stream, 1)


@pytest.mark.parametrize(("kind", "payload"), [
    (b"s", b"\xff\xff"), (b"s", b"a\0b"), (b"?", b""), (b"p", b"garbage"), (b"p", b""),
    (b"p", pickle.dumps(1.0)), (b"p", pickle.dumps([1.0, 2.0])),
    (b"d", pickle.dumps([0])), (b"d", pickle.dumps([10**30])),
])
def test_forged_frames_are_refused(kind: bytes, payload: bytes) -> None:
    with pytest.raises(wire.WireError):
        receive(forge(kind, payload), 1)


def test_a_block_of_monstrous_cells_is_not_sent() -> None:
    stream = io.BytesIO()
    with pytest.raises(InputError, match="too_big"):
        wire.write_rows(stream, iter([["长" * (1 << 20)]] * 40))
    assert stream.tell() < 200


@pytest.mark.parametrize(("rows", "width"), [(-1, 1), (513, 1), (1, 0), (1, -1), (1000, 101)])
def test_blocks_of_a_wrong_size_are_refused(rows: int, width: int) -> None:
    stream = io.BytesIO()
    wire.write_json(stream, {"rows": rows, "width": width})
    stream.seek(0)
    with pytest.raises(wire.WireError):
        receive(stream, max(width, 0))


def test_rows_that_end_early_or_hold_nothing() -> None:
    stream = io.BytesIO()
    wire.write_rows(stream, iter([[], ["a"], ["b", "c"], []]))
    stream.seek(0)
    assert list(wire.read_rows(stream, 100)) == [[[None, "a", "b", None], [None, None, "c", None]]]
    stream = io.BytesIO()
    wire.write_rows(stream, iter([[], []]))
    stream.seek(0)
    assert list(wire.read_rows(stream, 100)) == [[[None, None]]]


def test_what_goes_wrong_between_blocks_is_passed_on() -> None:
    def rows():
        yield from [["a"]] * 100
        raise InputError("intake.text_unreadable")

    stream = io.BytesIO()
    with pytest.raises(InputError):
        wire.write_rows(stream, rows())
    wire.write_json(stream, {"error": "intake.text_unreadable", "params": {}})
    stream.seek(0)
    with pytest.raises(InputError) as caught:
        list(wire.read_rows(stream, 10_000))
    assert caught.value.code == "intake.text_unreadable"


def test_texts_that_repeat_are_one_object_until_they_stop_repeating() -> None:
    repeated = ["定期" + "存款"[:i % 2] for i in range(3000)]
    single = [f"{i}" for i in range(3000)]
    same, other = receive(send([repeated, single]), 2)
    assert (same, other) == (repeated, single)
    assert len({id(cell) for cell in same}) == 2
