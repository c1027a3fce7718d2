"""From what the rules say about one customer to the texts of one task sheet."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from branchseg.messages import known_codes, text
from branchseg.model.amounts import money
from branchseg.model.fields import FIELDS
from branchseg.model.identifiers import NO_NUMBER, is_made_up, is_walk_in
from branchseg.model.masking import is_masked_phone, is_phone_tail
from branchseg.model.results import ActionKind, Advice, Assessment, Evidence, FactorResult, Truth
from branchseg.sheets.holdings import holdings
from branchseg.sheets.numbering import qr_payload
from branchseg.sheets.privacy import (
    Redactor,
    age_band,
    age_of,
    band,
    known,
    number_of,
    spaced,
    text_of,
)
from branchseg.sheets.spoken import is_minor, speaker_of, spoken
from branchseg.sheets.tasksheet import (
    FactorRow,
    Portrait,
    PrintJob,
    Talk,
    TaskBlock,
    TaskSheet,
)

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

_SENIOR_AGE = 65


def compose(assessment: Assessment, customer: Mapping[str, object], job: PrintJob, number: str,
            page_of: tuple[int, int], officer: str = "",
            first_printed: date | None = None) -> TaskSheet:
    """The task sheet of one customer, masked unless the job is clear.

    `customer` is the customer's row with the results beside it (keys of FIELDS; NaN, None and
    NaT are unknown). `page_of` is the place of this sheet among all of the job, from 1. The
    first advice is the task; the others are only named. `officer` is who was chosen to do it, ""
    for whoever the list says. `first_printed` is the day the sheet was printed before; it says so.
    """
    redactor = Redactor(customer, clear=job.clear)
    assessment = _lawful(assessment)
    printed = f"{job.printed_at:%Y-%m-%d %H:%M}"
    advice = assessment.advice[0] if assessment.advice else None
    again = (text("sheets.again", first=first_printed),) if first_printed else ()
    watermark = "sheets.watermark_clear" if job.clear else "sheets.watermark"
    return TaskSheet(
        number=number,
        qr=qr_payload(number),
        branch_name=job.branch_name or text("sheets.line"),
        meta=text("sheets.meta", number=number, printed=printed,
                  operator=job.operator or text("sheets.line"), as_of=job.as_of.isoformat()),
        badges=(*again, assessment.status_label, *map(redactor.sentence, assessment.badges)),
        portrait=_portrait(assessment, customer, redactor, clear=job.clear),
        holdings=holdings(customer),
        factor_summary=_factor_summary(assessment),
        factors=tuple(_factor(factor, redactor) for factor in assessment.factors),
        task=_task(assessment, customer, redactor, officer, clear=job.clear),
        talk=_talk(assessment, customer, job, redactor, officer),
        theme_line=redactor.sentence(_theme_line(advice)),
        suitability=text("sheets.theme.suitability", suitability=(
            advice and advice.suitability) or assessment.suitability),
        ask=_ask(assessment, customer, redactor),
        watermark=text(watermark, operator=job.operator, printed=printed).strip(),
        footer=text("sheets.footer_clear" if job.clear else "sheets.footer",
                    phone=_whole_phone(text_of(customer, "mobile"), clear=job.clear),
                    ruleset=job.ruleset_id, as_of=job.as_of.isoformat()),
        page_label=text("sheets.page", page=page_of[0], pages=page_of[1]),
    )


def _lawful(assessment: Assessment) -> Assessment:
    """The last door: who refused gets no marketing theme, whatever the rules say."""
    if not assessment.do_not_contact:
        return assessment
    service = (one for one in assessment.advice if one.kind is ActionKind.SERVICE)
    return replace(assessment, advice=tuple(service))


def _portrait(assessment: Assessment, customer: Mapping[str, object], redactor: Redactor,
              *, clear: bool) -> Portrait:
    unknown = text("sheets.unknown")
    name = redactor.shown("name", text_of(customer, "name")) or unknown
    age = age_of(customer)
    traits = "，".join(part for part in (text_of(customer, "gender"),
                                        "" if age is None else age_band(age)) if part)
    aum = number_of(customer, "aum")
    tenure = number_of(customer, "tenure", "tenure_years")
    return Portrait(
        name=text("sheets.value.person", name=name, traits=traits) if traits else name,
        customer_no=_customer_no(assessment.customer_id, redactor, clear=clear),
        phone=_phone(text_of(customer, "mobile"), redactor) or unknown,
        tier=assessment.tier_label or unknown,
        to_next=_to_next(assessment, clear=clear),
        aum_band=unknown if aum is None else _amount(aum, clear=clear),
        manager=text_of(customer, "manager") or unknown,
        tenure=unknown if tenure is None else _years(tenure),
        segment=assessment.segment_label or unknown,
        rfm=_rfm(text_of(customer, "rfm")) or unknown,
        last_txn=_day(customer, "last_txn"),
        last_contact=_day(customer, "last_contact"),
    )


def _phone(number: str, redactor: Redactor) -> str:
    """The number as it may be shown; four digits are all that a walk-in has left."""
    shown = redactor.shown("mobile", number)
    return text("sheets.value.tail", tail=shown) if is_phone_tail(number) else shown


def _whole_phone(number: str, *, clear: bool) -> str:
    """Where the whole number is, or that the list has only stars; "" where it has none."""
    if is_masked_phone(number):
        return text("sheets.footer_phone_masked")
    if clear or not number or is_phone_tail(number):
        return ""
    return text("sheets.footer_phone")


def _customer_no(customer_id: str, redactor: Redactor, *, clear: bool) -> str:
    """The whole id if clear, else its last four characters, never all of a short one."""
    if is_walk_in(customer_id):
        return text("sheets.value.walk_in")
    if is_made_up(customer_id):
        return NO_NUMBER
    if clear:
        return customer_id
    tail = redactor.shown("customer_id", customer_id).lstrip("*")
    return text("sheets.value.tail", tail=tail)


def _rfm(key: str) -> str:
    """The name of an RFM class; what is no class is shown as it is."""
    code = f"analytics.rfm.{key}"
    return text(code) if code in known_codes() else key


def _amount(amount: float, *, clear: bool) -> str:
    """An amount as this sheet may show it."""
    return money(amount) if clear else band(amount)


def _to_next(assessment: Assessment, *, clear: bool) -> str:
    gap = assessment.to_next_tier
    if not assessment.next_tier_label:
        return text("sheets.value.to_next_top") if assessment.tier else text("sheets.unknown")
    if gap is None or not known(gap):
        return text("sheets.unknown")
    shown = money(gap, up=True) if clear else band(gap)
    return text("sheets.value.to_next", tier=assessment.next_tier_label, amount=spaced(shown))


def _years(years: float) -> str:
    """Full years, as ages are said."""
    return text("sheets.value.years", years=int(years)) if years >= 1 \
        else text("sheets.value.first_year")


def _day(customer: Mapping[str, object], key: str) -> str:
    """When something was: "200 天前" would need to say from which day."""
    day = customer.get(key)
    return f"{day:%Y-%m-%d}" if known(day) else text("sheets.unknown")


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
    parts += _facts(factor.evidence, seen=bool(factor.observed))
    return FactorRow(
        name=factor.name,
        level=factor.level,
        data_level=factor.data_level,
        observed_level=factor.observed_level,
        evidence=redactor.sentence("；".join(parts)) or text("sheets.factor.nothing"),
    )


def _facts(evidence: tuple[Evidence, ...], *, seen: bool) -> list[str]:
    """The values the evidence rests on, once each, met conditions first; else what is missing.

    Where something was `seen` in the lobby, what the list lacks does not matter.

    Paper has room for the value, not for the requirement it was held against. Evidence about
    no field of the customer (such as the day of the month) is left out.
    """
    values: dict[str, str] = {}
    missing: dict[str, None] = {}
    for item in sorted(evidence, key=lambda item: item.truth is not Truth.TRUE):
        if item.field not in FIELDS:
            continue
        if item.truth is Truth.UNKNOWN:
            missing[_short(FIELDS[item.field].label)] = None
        else:
            values.setdefault(item.field, item.value)
    if values or seen or not missing:
        return list(values.values())
    return [text("sheets.factor.missing", fields="、".join(missing))]


def _short(label: str) -> str:
    """A field's label without what it adds in brackets: "AUM(取值)" is "AUM"."""
    return label.partition("(")[0]


def _task(assessment: Assessment, customer: Mapping[str, object], redactor: Redactor,
          officer: str, *, clear: bool) -> TaskBlock:
    maturity = _maturity(customer, clear=clear)
    if not assessment.advice:
        none = text("sheets.none")
        return TaskBlock(theme=text("sheets.task.none_theme"),
                         purpose=text("sheets.task.none_purpose"), maturity=maturity,
                         why=text("sheets.task.none_why"), window=none, channel=none,
                         owner=none, due=None, latest=None, priority=None, others="")
    advice, *others = assessment.advice
    leads = (other.theme for other in others
             if other.theme != advice.theme and _goes_with(other, advice))
    reasons = (advice.why, assessment.tier_reason)
    return TaskBlock(
        theme=advice.theme,
        purpose=redactor.sentence(advice.purpose),
        maturity=maturity,
        why=redactor.sentence("".join(f"{why.rstrip('。')}。" for why in reasons if why)),
        window=advice.window,
        channel=advice.channel,
        owner=f"{advice.owner_role} {officer}".rstrip(),
        due=advice.planned,
        latest=advice.due,
        priority=advice.priority,
        others="、".join(dict.fromkeys(leads)),
    )


def _goes_with(other: Advice, advice: Advice) -> bool:
    """Whether a further lead may be named: no product theme on a sheet that is for service."""
    return advice.kind is ActionKind.MARKETING or other.kind is ActionKind.SERVICE


def _maturity(customer: Mapping[str, object], *, clear: bool) -> str:
    """Product, amount and date of the money that falls due next, "" where none does."""
    days = number_of(customer, "days_to_maturity")
    if days is None or days < 0 or not known(customer.get("maturity_date")):
        return ""
    amount = number_of(customer, "maturity_amount")
    parts = (text_of(customer, "maturity_product"),
             "" if amount is None else _amount(amount, clear=clear),
             text_of(customer, "maturity_date")[:10])
    return " ".join(part for part in parts if part)


def _talk(assessment: Assessment, customer: Mapping[str, object], job: PrintJob,
          redactor: Redactor, officer: str) -> Talk:
    """The talking points; who was chosen for the task speaks, else whoever it is due to."""
    compliance = _compliance(assessment, customer)
    if not assessment.advice:
        questions = text("sheets.talk.none_questions").split("|")
        return Talk(text("sheets.talk.none_opening"), tuple(questions), (),
                    text("sheets.talk.none_closing"), compliance)
    advice = assessment.advice[0]
    told = spoken(advice, customer, job.branch_name,
                  speaker_of(advice, customer, job.operator, officer), redactor.sentence)
    return Talk(told.opening, told.questions[:3], told.points, told.closing, compliance)


def _ask(assessment: Assessment, customer: Mapping[str, object], redactor: Redactor,
         ) -> tuple[str, ...]:
    """What to find out, as far as the theme allows; nothing from a minor or from who refused."""
    if assessment.do_not_contact or is_minor(customer):
        return ()
    ask = assessment.advice[0].ask if assessment.advice else assessment.ask
    return tuple(redactor.sentence(question) for question in ask)


def _compliance(assessment: Assessment, customer: Mapping[str, object]) -> str:
    """What must not be said; the hints for this customer first."""
    age = age_of(customer)
    hints = [
        text("sheets.talk.compliance_minor") if is_minor(customer) else "",
        text("sheets.talk.compliance_senior") if age is not None and age >= _SENIOR_AGE else "",
        text("sheets.talk.compliance_contact") if assessment.do_not_contact else "",
        text("sheets.talk.compliance_text"),
    ]
    return "".join(hints)


def _theme_line(advice: Advice | None) -> str:
    if advice is None or advice.kind is ActionKind.SERVICE:
        theme = text("sheets.task.none_theme") if advice is None else advice.theme
        blocked = "" if advice is None else advice.blocked
        return text("sheets.theme.service", theme=theme, blocked=blocked)
    theme = advice.theme
    if advice.products:
        theme = text("sheets.theme.products", theme=theme, products="、".join(advice.products))
    return text("sheets.theme.marketing" if advice.risk else "sheets.theme.benefits", theme=theme)
