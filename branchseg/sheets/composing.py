"""From what the rules say about one customer to the texts of one task sheet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from branchseg.messages import known_codes, text
from branchseg.model.fields import FIELDS, Kind
from branchseg.model.masking import mask_name
from branchseg.model.results import ActionKind, Advice, Assessment, Evidence, FactorResult, Truth
from branchseg.sheets.numbering import qr_payload
from branchseg.sheets.privacy import (
    Redactor,
    age_band,
    age_of,
    band,
    band_within,
    known,
    number_of,
    text_of,
)
from branchseg.sheets.tasksheet import (
    FactorRow,
    Holding,
    Portrait,
    PrintJob,
    Talk,
    TaskBlock,
    TaskSheet,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

HOLDINGS = ("demand", "time_deposit", "wealth", "fund", "insurance", "bond", "metal", "loan",
            "credit_card", "payroll", "pension", "mobile_bank", "wecom")
"""The products and ties of the matrix; an amount above zero or a set flag counts as held."""

_SENIOR_AGE = 65
_REQUIREMENT = "；要求"  # evidence says the value, then the requirement
_TITLES = {"男": "sheets.value.mister", "女": "sheets.value.madam"}


def compose(assessment: Assessment, customer: Mapping[str, object], job: PrintJob, number: str,
            page_of: tuple[int, int]) -> TaskSheet:
    """The task sheet of one customer, masked unless the job is clear.

    `customer` is the customer's row with the results beside it (keys of FIELDS; NaN, None and
    NaT are unknown). `page_of` is the place of this sheet among all of the job, from 1. The
    first advice is the task; the others are only named.
    """
    redactor = Redactor(customer, clear=job.clear)
    printed = f"{job.printed_at:%Y-%m-%d %H:%M}"
    advice = assessment.advice[0] if assessment.advice else None
    watermark = "sheets.watermark_clear" if job.clear else "sheets.watermark"
    return TaskSheet(
        number=number,
        qr=qr_payload(number),
        branch_name=job.branch_name,
        meta=text("sheets.meta", number=number, printed=printed, operator=job.operator,
                  as_of=job.as_of.isoformat()),
        badges=(assessment.status_label, *map(redactor.sentence, assessment.badges)),
        portrait=_portrait(assessment, customer, redactor, clear=job.clear),
        holdings=tuple(_holding(customer, key) for key in HOLDINGS),
        factor_summary=_factor_summary(assessment),
        factors=tuple(_factor(factor, redactor) for factor in assessment.factors),
        task=_task(assessment, redactor),
        talk=_talk(assessment, customer, job, redactor),
        theme_line=redactor.sentence(_theme_line(advice)),
        suitability=redactor.sentence(
            text("sheets.theme.suitability", suitability=assessment.suitability)),
        ask=tuple(redactor.sentence(question) for question in assessment.ask),
        watermark=text(watermark, operator=job.operator, printed=printed),
        footer=text("sheets.footer", ruleset=job.ruleset_id, as_of=job.as_of.isoformat()),
        page_label=text("sheets.page", page=page_of[0], pages=page_of[1]),
    )


def _portrait(assessment: Assessment, customer: Mapping[str, object], redactor: Redactor,
              *, clear: bool) -> Portrait:
    unknown = text("sheets.unknown")
    name = redactor.shown("name", text_of(customer, "name")) or unknown
    age = age_of(customer)
    traits = "，".join(part for part in (text_of(customer, "gender"),
                                        "" if age is None else age_band(age)) if part)
    phone = redactor.shown("mobile", text_of(customer, "mobile"))
    aum = number_of(customer, "aum")
    tenure = number_of(customer, "tenure", "tenure_years")
    return Portrait(
        name=text("sheets.value.person", name=name, traits=traits) if traits else name,
        customer_no=_customer_no(assessment.customer_id, redactor, clear=clear),
        phone=phone or unknown,
        tier=assessment.tier_label or unknown,
        to_next=_to_next(assessment, clear=clear),
        aum_band=unknown if aum is None else _amount(aum) if clear else band(aum),
        manager=text_of(customer, "manager") or unknown,
        tenure=unknown if tenure is None else text("sheets.value.years", years=f"{tenure:.1f}"),
        segment=assessment.segment_label or unknown,
        rfm=_rfm(text_of(customer, "rfm")) or unknown,
        last_txn=_days_ago(number_of(customer, "days_since_txn")),
        last_contact=_days_ago(number_of(customer, "days_since_contact")),
    )


def _customer_no(customer_id: str, redactor: Redactor, *, clear: bool) -> str:
    """The whole id if clear, else its last four characters, never all of a short one."""
    if clear:
        return customer_id
    tail = redactor.shown("customer_id", customer_id).lstrip("*")
    return text("sheets.value.customer_tail", tail=tail)


def _rfm(key: str) -> str:
    """The name of an RFM class; what is no class is shown as it is."""
    code = f"analytics.rfm.{key}"
    return text(code) if code in known_codes() else key


def _amount(amount: float) -> str:
    return text("sheets.value.amount", amount=f"{amount:,.2f}")


def _to_next(assessment: Assessment, *, clear: bool) -> str:
    gap = assessment.to_next_tier
    if not assessment.next_tier_label:
        return text("sheets.value.to_next_top") if assessment.tier else text("sheets.unknown")
    if gap is None or not known(gap):
        return text("sheets.unknown")
    shown = _amount(gap) if clear else band_within(gap)
    return text("sheets.value.to_next", tier=assessment.next_tier_label, amount=shown)


def _days_ago(days: float | None) -> str:
    if days is None:
        return text("sheets.unknown")
    return text("sheets.value.days_ago", days=f"{days:.0f}") if days >= 1 \
        else text("sheets.value.today")


def _holding(customer: Mapping[str, object], key: str) -> Holding:
    value = customer.get(key)
    held = None
    if known(value):
        held = bool(value) if FIELDS[key].kind is Kind.FLAG else float(str(value)) > 0
    return Holding(text(f"sheets.holding.{key}"), held)


def _factor_summary(assessment: Assessment) -> str:
    score = assessment.score
    return text("sheets.factor.summary", grade=assessment.grade_label,
                score=text("sheets.none") if score is None else f"{score:.0f}",
                completeness=f"{assessment.completeness:.0%}",
                coverage=f"{assessment.observed_coverage:.0%}")


def _factor(factor: FactorResult, redactor: Redactor) -> FactorRow:
    """Levels and the short evidence: a conflict first, then what was seen, then the data."""
    parts = [text("sheets.factor.conflict")] if factor.conflict else []
    if factor.observed:
        parts.append(text("sheets.factor.observed", items="、".join(factor.observed)))
    parts += _facts(factor.evidence)
    return FactorRow(
        name=factor.name,
        level=factor.level,
        data_level=factor.data_level,
        observed_level=factor.observed_level,
        evidence=redactor.sentence("；".join(parts)) or text("sheets.factor.nothing"),
    )


def _facts(evidence: tuple[Evidence, ...]) -> list[str]:
    """The values the evidence rests on, once each, met conditions first; else what is missing.

    Paper has room for the value, not for the requirement it was held against. Evidence about
    no field of the customer (such as the day of the month) is left out.
    """
    values: dict[str, str] = {}
    missing: dict[str, None] = {}
    for item in sorted(evidence, key=lambda item: item.truth is not Truth.TRUE):
        if item.field not in FIELDS:
            continue
        label = FIELDS[item.field].label
        if item.truth is Truth.UNKNOWN:
            missing[_short(label)] = None
        else:
            value = item.text.partition(_REQUIREMENT)[0]
            values.setdefault(item.field, value.replace(label, _short(label), 1))
    if values or not missing:
        return list(values.values())
    return [text("sheets.factor.missing", fields="、".join(missing))]


def _short(label: str) -> str:
    """A field's label without what it adds in brackets: "AUM(取值)" is "AUM"."""
    return label.partition("(")[0]


def _task(assessment: Assessment, redactor: Redactor) -> TaskBlock:
    if not assessment.advice:
        none = text("sheets.none")
        return TaskBlock(theme=text("sheets.task.none_theme"),
                         purpose=text("sheets.task.none_purpose"),
                         why=text("sheets.task.none_why"), window=none, channel=none,
                         owner=none, due=None, priority=None, others="")
    advice, *others = assessment.advice
    reasons = (advice.why, assessment.tier_reason)
    return TaskBlock(
        theme=advice.theme,
        purpose=redactor.sentence(advice.purpose),
        why=redactor.sentence("".join(f"{why.rstrip('。')}。" for why in reasons if why)),
        window=advice.window,
        channel=advice.channel,
        owner=advice.owner_role,
        due=advice.due,
        priority=advice.priority,
        others="、".join(dict.fromkeys(
            other.theme for other in others if other.theme != advice.theme)),
    )


def _talk(assessment: Assessment, customer: Mapping[str, object], job: PrintJob,
          redactor: Redactor) -> Talk:
    """The talking points; what the sheet knows is filled into their 【】 blanks."""
    compliance = _compliance(assessment, customer)
    if not assessment.advice:
        questions = text("sheets.talk.none_questions").split("|")
        return Talk(text("sheets.talk.none_opening"), tuple(questions), (),
                    text("sheets.talk.none_closing"), compliance)
    advice = assessment.advice[0]
    blanks = {"【行名】": job.branch_name, "【称谓】": _salutation(customer)}

    def ready(sentence: str) -> str:
        for blank, value in blanks.items():
            sentence = sentence.replace(blank, value or blank)
        return redactor.sentence(sentence)

    return Talk(
        opening=ready(advice.opening),
        questions=tuple(ready(question) for question in advice.questions[:3]),
        points=tuple(ready(point) for point in advice.points),
        closing=ready(advice.closing),
        compliance=compliance,
    )


def _compliance(assessment: Assessment, customer: Mapping[str, object]) -> str:
    """What must not be said; the hints for this customer first."""
    age = age_of(customer)
    hints = [
        text("sheets.talk.compliance_senior") if age is not None and age >= _SENIOR_AGE else "",
        text("sheets.talk.compliance_contact") if assessment.do_not_contact else "",
        text("sheets.talk.compliance_text"),
    ]
    return "".join(hints)


def _salutation(customer: Mapping[str, object]) -> str:
    """Surname and title ("张女士"), "" where the name or the gender is unknown."""
    surname = mask_name(text_of(customer, "name")).rstrip("*")
    title = _TITLES.get(text_of(customer, "gender"))
    return text(title, surname=surname) if title and surname else ""


def _theme_line(advice: Advice | None) -> str:
    if advice is None or advice.kind is ActionKind.SERVICE:
        theme = text("sheets.task.none_theme") if advice is None else advice.theme
        blocked = "" if advice is None else advice.blocked
        return text("sheets.theme.service", theme=theme, blocked=blocked)
    theme = advice.theme
    if advice.products:
        theme = text("sheets.theme.products", theme=theme, products="、".join(advice.products))
    return text("sheets.theme.marketing", theme=theme)
