"""The invented lists: same seed same cells, every kind of dirt, the promised shape."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from openpyxl import load_workbook

from branchseg import sample
from branchseg.errors import InputError
from branchseg.sample import customers, people
from branchseg.sample.dirt import DIRT, LOSSY


def cells(path):
    book = load_workbook(path, read_only=True)
    found = list(book.worksheets[0].iter_rows(values_only=True))
    book.close()
    return found


@pytest.fixture(scope="module")
def frame():
    return customers.clean_customers(2_000, np.random.default_rng(7), sample.AS_OF)


def test_same_seed_gives_the_same_cells(tmp_path):
    first = sample.write(tmp_path / "a.xlsx", 300, seed=3)
    second = sample.write(tmp_path / "b.xlsx", 300, seed=3)
    sample.write(tmp_path / "c.xlsx", 300, seed=4)
    assert first == second
    assert cells(tmp_path / "a.xlsx") == cells(tmp_path / "b.xlsx")
    assert cells(tmp_path / "a.xlsx") != cells(tmp_path / "c.xlsx")


def test_every_kind_of_dirt_is_planted(tmp_path):
    truth = sample.write(tmp_path / "list.xlsx", 2_000)
    assert {dirt.kind for dirt in DIRT} <= set(truth.dirt)
    assert min(truth.dirt.values()) >= 1
    assert {dirt.kind for dirt in DIRT} >= LOSSY
    found = cells(tmp_path / "list.xlsx")
    assert found[0][0] == "城东支行零售客户清单"
    assert found[1][0] == "数据日期：2026-10-31    单位：元"
    assert found[3][:3] == ("客户编号", "客户姓名", "证件号码")
    flat = {str(value) for row in found for value in row if value is not None}
    assert {"合计", "小计", "汉族", "#N/A"} <= flat
    assert any(text.endswith("万") for text in flat)
    assert sum(row[:1] == ("客户编号",) for row in found) == 2
    assert {row[12] for row in found if len(row) > 12} == {None}
    in_list = truth.rows + sum(truth.dirt[kind] for kind in (
        "subtotal_row", "blank_row", "repeated_header_row", "total_row", "footnote_row"))
    assert len(found) == in_list + 4


def test_a_clean_list_holds_one_row_per_customer(tmp_path):
    truth = sample.write(tmp_path / "list.xlsx", 300, dirty=False)
    found = cells(tmp_path / "list.xlsx")
    assert len(found) == 304
    assert (truth.rows, truth.customers, dict(truth.dirt)) == (300, 300, {})
    assert "民族" not in found[3]
    assert None not in found[3]
    assert len({row[0] for row in found[4:]}) == 300


@pytest.mark.parametrize("count", [1, 2, 7])
def test_tiny_lists_can_be_written(tmp_path, count):
    truth = sample.write(tmp_path / "list.xlsx", count)
    assert truth.customers == count
    assert sum(truth.statuses.values()) == count


def test_the_value_shape_is_that_of_a_branch(frame):
    aum = frame["aum_month_avg"]
    assert (aum <= 100).mean() == pytest.approx(0.71, abs=0.005)
    assert aum.between(100, 1_000, inclusive="right").mean() == pytest.approx(0.115, abs=0.005)
    assert (aum >= 50_000).mean() == pytest.approx(0.06, abs=0.01)
    assert aum.max() > 10_000_000
    assert frame["inactive"].mean() == pytest.approx(0.35, abs=0.03)
    assert ((aum >= 45_000) & (aum < 50_000)).sum() >= 5


def test_customers_are_consistent(frame):
    as_of = np.datetime64(sample.AS_OF)
    quiet = (as_of - frame["last_txn"].to_numpy()).astype("timedelta64[D]").astype(int)
    inactive = frame["inactive"].to_numpy()
    assert quiet[inactive].min() >= 380
    assert quiet[~inactive].max() <= 350
    assert ((frame["txn_count_12m"] == 0) == inactive).all()
    assert (frame["open_date"] <= frame["last_txn"]).all()
    assert (frame["open_date"] > frame["birth_date"]).all()
    parts = frame[["demand", "time_deposit", "wealth", "fund", "insurance"]].sum(axis=1)
    assert np.allclose(parts, frame["aum_point"], atol=0.005)


def test_statuses_are_counted_by_definition(frame):
    counts = customers.statuses(frame)
    assert sum(counts.values()) == 2_000
    boundary = customers.statuses(frame.iloc[:5])
    assert boundary == {"invalid": 1, "dormant": 1, "potential": 2, "core": 1}


def test_identity_numbers_fit_birth_and_gender_and_are_unique(frame):
    assert people.check_digit("11010519491231002") == "X"  # the example of GB 11643-1999
    assert frame["id_number"].is_unique
    assert frame["mobile"].is_unique
    assert frame["customer_id"].is_unique
    for number, birth, gender in zip(frame["id_number"], frame["birth_date"], frame["gender"],
                                     strict=True):
        assert number[6:14] == f"{birth:%Y%m%d}"
        assert (int(number[16]) % 2 == 1) == (gender == "男")
        assert number[17] == people.check_digit(number[:17])


def test_rows_are_typed_and_columnar():
    table = sample.rows(50, seed=1)
    column = dict(zip(table.headers, table.columns, strict=True))
    assert {len(cells) for cells in table.columns} == {50}
    assert table.rows[0] == 5
    assert table.as_of == date(2026, 10, 31)
    assert type(column["客户编号"][0]) is str
    assert type(column["开户日期"][0]) is date
    assert type(column["月日均AUM(元)"][0]) is float
    assert table.units[table.headers.index("AUM余额(万元)")] == 10_000.0
    assert None in column["到期日"]


def test_account_list_adds_up_to_the_customers(tmp_path, frame):
    truth = sample.write_accounts(tmp_path / "accounts.xlsx", 2_000)
    found = cells(tmp_path / "accounts.xlsx")
    assert found[1][1] == "20261031"
    header = found[5]
    lines = [row for row in found[6:] if row != header]
    assert len(lines) == truth.rows > truth.customers
    assert len(found) - 6 - len(lines) == truth.dirt["repeated_header_row"]
    sums: dict[str, float] = {}
    for row in lines:
        amount = float(row[header.index("月日均AUM")].replace(",", ""))
        customer = row[header.index("客户号")]
        sums[customer] = sums.get(customer, 0.0) + amount
    wanted = dict(zip(frame["customer_id"], frame["aum_month_avg"], strict=True))
    assert sums == pytest.approx(wanted, abs=0.01)


def test_a_list_that_cannot_be_written_is_said_so(tmp_path):
    with pytest.raises(InputError) as caught:
        sample.write(tmp_path / "nowhere" / "名单.xlsx", 20)
    assert caught.value.code == "sample.cannot_write"
    assert caught.value.params == {"file": "名单.xlsx"}
