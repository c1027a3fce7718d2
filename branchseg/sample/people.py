"""Invented people: names, identity numbers, mobile numbers. Nobody real is meant.

Identity numbers carry a real region code and a right check digit (GB 11643-1999, ISO 7064
MOD 11-2), but their order codes start at 001; mobile numbers read 1xx 0000 xxxx up to 500,000
people. Both are unique, so that a clean list has no accidental doubles.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from numpy.random import Generator
    from numpy.typing import NDArray

SURNAMES = tuple("王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田"
                 "董袁潘蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟"
                 "熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛单仇解区查翟覃盖乐")
COMPOUND_SURNAMES = ("欧阳", "上官", "司马", "诸葛", "令狐", "尉迟", "夏侯", "皇甫")
GIVEN = tuple("伟芳娜秀英敏静丽强磊军洋勇艳杰娟涛明超霞平刚桂兰建国华志文玉红海燕梅斌鹏"
              "辉林峰俊宇浩然子涵欣怡雨桐思远嘉懿晨曦梓萱诗琪博天佑")
RARE_GIVEN = ("喆", "堃", "䶮", "𠮷", "㛃", "喆堃", "子䶮", "文㛃")
REGIONS = ("110101", "110105", "310104", "320102", "320505", "330106", "330203", "340104",
           "350203", "370102", "410105", "420106", "430102", "440103", "440305", "500103",
           "510104", "610102", "210102", "120101")
MOBILE_PREFIXES = ("130", "131", "132", "133", "135", "136", "137", "138", "139", "150", "151",
                   "152", "153", "155", "156", "157", "158", "159", "166", "172", "173", "175",
                   "176", "177", "178", "180", "181", "182", "183", "185", "186", "187", "188",
                   "189", "191", "193", "195", "197", "198", "199")
COMPANIES = ("城东兴旺建材有限公司", "华美服饰商行", "绿源果蔬专业合作社", "老街口便利店",
             "鑫达机械厂", "和顺物业服务有限公司")
MANAGERS = ("赵敏捷", "钱多多", "孙明理", "李晓晨", "周正言", "吴雨桐")

_WEIGHTS = np.array([7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2])
_CHECK = "10X98765432"


def names(count: int, rng: Generator) -> list[str]:
    """Names of two to four characters; 1 % compound surnames, 0.5 % rare given names."""
    compound, rare = rng.random(count) < 0.01, rng.random(count) < 0.005
    surname = np.where(compound, rng.choice(COMPOUND_SURNAMES, count),
                       rng.choice(SURNAMES, count))
    second = np.where(rng.random(count) < 0.75, rng.choice(GIVEN, count), "")
    given = np.where(rare, rng.choice(RARE_GIVEN, count),
                     np.char.add(rng.choice(GIVEN, count), second))
    return [str(name) for name in np.char.add(surname, given)]


def check_digit(first17: str) -> str:
    """The 18th character of an identity number (GB 11643-1999)."""
    total = sum(int(digit) * int(weight) for digit, weight in zip(first17, _WEIGHTS, strict=True))
    return _CHECK[total % 11]


def id_numbers(birth: pd.Series, male: NDArray[np.bool_], rng: Generator) -> list[str]:
    """A unique identity number for each birth date; the order code is odd for men."""
    region = rng.choice(REGIONS, len(birth))
    group = pd.DataFrame({"region": region, "birth": birth.to_numpy(), "male": male})
    rank = group.groupby(["region", "birth", "male"]).cumcount().to_numpy()
    order = rank * 2 + np.where(male, 1, 2)
    day = birth.dt.strftime("%Y%m%d")
    first17 = [f"{r}{d}{o:03d}" for r, d, o in zip(region, day, order, strict=True)]
    return [text + check_digit(text) for text in first17]


def mobiles(count: int) -> list[str]:
    """A unique mobile number each; the last four digits are well mixed."""
    kinds = len(MOBILE_PREFIXES)
    return [
        f"{MOBILE_PREFIXES[i % kinds]}{i // (kinds * 10_000):04d}{i // kinds * 7919 % 10_000:04d}"
        for i in range(count)
    ]
