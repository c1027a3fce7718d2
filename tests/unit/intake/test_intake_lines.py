"""Lines of delimited text are those of a TextIOWrapper, whatever the size of the chunks."""

from __future__ import annotations

import io
from unittest.mock import patch

import pytest
from hypothesis import given
from hypothesis import strategies as st

from branchseg.errors import InputError
from branchseg.intake import texts
from branchseg.intake.formats import Format

TEXTS = st.text(st.sampled_from("a1,张𠮷\n\r\u2028\x0b"), max_size=30)


@given(TEXTS, st.sampled_from(["utf-8", "utf-8-sig", "gb18030", "utf-16"]), st.integers(1, 9))
def test_lines_end_where_lines_end(text: str, encoding: str, chunk: int) -> None:
    data = text.encode(encoding)
    wrapper = io.TextIOWrapper(io.BytesIO(data), encoding)
    with patch.object(texts, "_CHUNK", chunk):
        found = list(texts._lines(data, encoding))
    assert found == [line.removesuffix("\n") for line in wrapper]


def test_bytes_that_break_off_inside_a_character_are_refused() -> None:
    data = "客户号,姓名\n1,张三".encode("gb18030")[:-1]
    lines = next(texts.read_text(data, Format.TEXT, None).sheets).rows
    with pytest.raises(InputError) as refused:
        list(lines.lines)
    assert refused.value.code == "intake.text_unreadable"
