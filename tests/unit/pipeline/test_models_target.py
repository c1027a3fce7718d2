"""Who stands out in a group by age and gender."""

import numpy as np
import pandas as pd
import pytest
from model_customers import result_of

from branchseg.pipeline.models.target import people_of, target


def people(ages, genders):
    result = result_of({"age_years": np.array(ages, dtype=float)})
    result.table.frame["gender"] = pd.Series(genders, dtype="str")
    return people_of(result)


@pytest.mark.parametrize(("age", "gender", "who"), [
    (19, "男", "20 岁以下男性"), (20, "女", "20–29 岁女性"), (29, "女", "20–29 岁女性"),
    (30, "男", "30–39 岁男性"), (59, "男", "50–59 岁男性"), (60, "女", "60 岁及以上女性")])
def test_the_bands_of_age(age, gender, who):
    found = people([age] * 5 + [45] * 15, [gender] * 5 + ["女"] * 15)
    assert target(found, np.arange(20), np.arange(5)) == f"{who}，占 100%（全体 25%）"


def test_who_is_usual_or_few_does_not_stand_out():
    found = people([25] * 20, ["女"] * 20)
    assert target(found, np.arange(20), np.arange(10)) == "年龄、性别不集中"
    found = people([25] * 4 + [45] * 16, ["女"] * 20)
    assert target(found, np.arange(20), np.arange(4)) == "年龄、性别不集中"


def test_unknown_people_are_not_counted():
    found = people([25] * 5 + [np.nan] * 5 + [45] * 10, ["女"] * 10 + [None] * 5 + ["男"] * 5)
    assert target(found, np.arange(20), np.arange(10)) == "20–29 岁女性，占 100%（全体 50%）"
    assert target(found, np.arange(20), np.arange(5, 15)) == "年龄或性别未知"
    assert (people_of(result_of({"age_years": np.array([30.0])})) == -1).all()
