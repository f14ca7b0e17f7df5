"""The pages about cases: what waits, one case, its transcript, what if, and a verdict.

Each reading is kept before it is shown: it is part of the unit of work that reads.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from starlette.routing import Route

from bot.access import Action
from bot.reviewing import (
    Queued,
    Review,
    Standing,
    Verdict,
    give,
    is_handed_in,
    is_unsafe_since,
    may_review,
    note_reading,
    proposal_to_review,
    queue,
    rules_to_name,
    what_is_read,
    written,
)
from bot.transcript import Entry, entries
from bot.web.answers import Answer, NotThereError, Page, Redirect, RefusedError
from bot.web.app import Web
from bot.web.case_data import (
    Interviews,
    case_shown,
    fact_value,
    kept_proposal,
    readers,
    verdicts,
)
from bot.web.her_side import own_cases
from bot.web.signing_in import read_note
from bot.web.visits import Visit
from flows.conditions import UNKNOWN, YES
from flows.facts import (
    CODED_FACTS,
    COMPONENTS,
    OLDEST_CHILD_MONTHS,
    STATUSES,
    Barrier,
    Facts,
    FactsError,
    parse_facts,
)
from flows.inputs import InputError
from flows.interview import How, answer_message
from flows.messages import Message, message
from flows.questions import LONGEST_TEXT, MOTHER, THERAPIST
from flows.sources import Both
from flows.telling import short_order, verdict_lines
from flows.telling_why import tell_part
from flows.voorstudie.questions import ORDERS
from locales import catalogue, name_in
from storage.records import CaseRecord, InterviewRecord
from storage.transaction import Transaction

SHOWN: Final = ("waiting", "returned", "signed_off", "all")
"""What the list can be narrowed to."""
_WHOLE: Final = "whole"
_READ: Final = "read."
"""With a case's id: what was there to be read when its page was last opened in this session."""
_COMMENT: Final = "comment."
_LONGEST_RETURN: Final = 2 * LONGEST_TEXT
"""How much may be written in all when an intake is returned."""
_AS_IT_IS, _NONE_FIRST, _SOME_FIRST = "as_it_is", "none_first", "some_first"
_BARRIERS: Final = (_AS_IT_IS, _NONE_FIRST, _SOME_FIRST)


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the list: a case, where it stands, since when, whose it is, what was proposed."""

    code: str
    standing: Message
    urgent: bool
    since: datetime
    therapist: str
    languages: tuple[str, ...]
    proposed: Message


@dataclass(frozen=True, slots=True)
class Told:
    """An interview's transcript: who told it, in which language, and its entries."""

    respondent: Message
    protocol: str
    language: str
    draft: bool
    entries: tuple[Entry, ...]
    number: int


@dataclass(frozen=True, slots=True)
class Answered:
    """An answer that can be commented on: the question, in short and whole, what each said."""

    id: str
    short: Message
    text: Message
    therapists: Message | None
    hers: Message | None
    differ: bool
    left_out: bool


@dataclass(frozen=True, slots=True)
class Choice:
    """A fact that can be thought otherwise: what it can be, and what it is."""

    name: str
    label: Message
    options: tuple[tuple[str, Message], ...]
    chosen: str


class Cases:
    """The pages about cases."""

    def __init__(self, web: Web) -> None:
        self._web = web
        self._service = web.service

    def routes(self) -> list[Route]:
        """Return the pages."""
        staff = self._web.staff
        return [
            Route("/", staff(lambda _: Redirect("/queue")), methods=["GET"]),
            Route("/queue", staff(self._queue), methods=["GET"]),
            Route("/case/{code}", staff(self._case), methods=["GET"]),
            Route("/case/{code}/transcript", staff(self._transcript), methods=["GET"]),
            Route("/case/{code}/what-if", staff(self._what_if), methods=["GET", "POST"]),
            Route("/case/{code}/sign", staff(self._sign), methods=["POST"]),
            Route("/case/{code}/return", staff(self._return), methods=["GET", "POST"]),
            Route("/case/{code}/disagree", staff(self._disagree), methods=["GET", "POST"]),
        ]

    # --- the list ---------------------------------------------------------------------------------

    def _queue(self, seen: Visit) -> Answer:
        if not seen.may(Action.LIST):
            return Page("nothing_here.html")
        shown = seen.asked.query.get("show", "waiting")
        if shown not in SHOWN:
            shown = "waiting"
        found = queue(seen.transaction, seen.cases(Action.LIST))
        people = {item.therapist_id for item in found if item.therapist_id}
        known = {person_id: seen.transaction.people.person(person_id) for person_id in people}
        names = {person.id: person.label or person.code for person in known.values()}
        of = seen.asked.query.get("of", "")
        listed = [
            item
            for item in found
            if (shown == "all" or _group(item) == shown)
            and (not of or (item.therapist_id and known[item.therapist_id].code == of))
        ]
        if shown != "waiting":
            listed.reverse()  # of what is done the last comes first
        return Page(
            "queue.html",
            {
                "note": read_note(seen),
                "shown": shown,
                "filters": [
                    (name, sum(name in ("all", _group(item)) for item in found)) for name in SHOWN
                ],
                "of": of,
                # By their codes: an address is kept by browsers and proxies.
                "therapists": sorted(
                    ((person.code, names[person.id]) for person in known.values()),
                    key=lambda item: item[1],
                ),
                "rows": [_row(item, names) for item in listed],
                "reviews": seen.may(Action.REVIEW),
                "own": own_cases(seen),
                "key": secrets.token_hex(8),
            },
        )

    # --- one case ---------------------------------------------------------------------------------

    def _open(self, seen: Visit, part: str) -> tuple[CaseRecord, InterviewRecord]:
        """Open a case to be read, and keep that it was; raises NotThereError."""
        code = seen.asked.path.split("/")[2]
        case = seen.case(code, Action.PROPOSAL)
        record = seen.transaction.latest_interview(case.id, THERAPIST)
        if record is None:
            raise NotThereError
        note_reading(seen.transaction, case.id, seen.person.id, part)
        return case, record

    def _readable(self, seen: Visit, case: CaseRecord) -> bool:
        """Whether the answers may be read: by its therapist always, by others once handed in."""
        return case.therapist_id == seen.person.id or is_handed_in(seen.transaction, case.id)

    def _case(self, seen: Visit) -> Answer:
        case, record = self._open(seen, "case")
        kept = kept_proposal(self._service, seen.transaction, record)
        data = self._about(seen, case, record)
        if kept is None or not self._readable(seen, case):
            return Page("case_waits.html", data)
        interviews = _interviews(seen.transaction, case.id)
        earlier = seen.transaction.proposals(record.id)
        shown = case_shown(kept, interviews, earlier, seen.language)
        read = what_is_read(self._service, seen.transaction, kept.record)
        seen.keep(**{_READ + case.id: read})
        data.update(
            shown=shown,
            read=read,
            languages_told=[
                (message(f"respondent.{item.respondent}"), item.language)
                for item, _ in interviews
                if item.language
            ],
            drafts=sorted(
                {
                    name_in(item.language, seen.language)
                    for item, _ in interviews
                    if item.language and catalogue(item.language).draft
                }
            ),
            danger=is_unsafe_since(self._service, seen.transaction, kept.record),
            crisis=self._service.protocol.crisis_lines,
            careful=kept.record.payload["proposal"]["verdict"] != "proposed",
            key=secrets.token_hex(8),
        )
        return Page("case.html", data)

    def _about(self, seen: Visit, case: CaseRecord, record: InterviewRecord) -> dict[str, Any]:
        """Return what every page about a case needs."""
        transaction = seen.transaction
        item = next(iter(queue(transaction, [case.id])), None)
        hashes = {one.id: one.content_hash for one in transaction.proposals(record.id)}
        waits = proposal_to_review(transaction, case.id) is not None
        reviews = seen.may(Action.REVIEW)
        mine = not may_review(transaction, case.id, seen.person.id)
        return {
            "note": read_note(seen),
            "code": case.code,
            "standing": None if item is None else message(f"web.standing.{item.standing}"),
            "since": None if item is None else item.since,
            "verdicts": verdicts(
                self._service, transaction, transaction.reviews_of(record.id), hashes
            ),
            "readers": readers(transaction, transaction.people.acts(case.id)),
            "decides": reviews and waits and not mine,
            "own_case": reviews and mine,
            "own_papers": case.therapist_id == seen.person.id,
            "theirs": seen.may(Action.ANSWER) and case.therapist_id == seen.person.id,
        }

    def _transcript(self, seen: Visit) -> Answer:
        case, record = self._open(seen, "transcript")
        if not self._readable(seen, case):
            return Page("case_waits.html", self._about(seen, case, record))
        told = []
        protocol = self._service.protocol
        for number, (item, events) in enumerate(_interviews(seen.transaction, case.id), start=1):
            language = item.language or seen.language
            told.append(
                Told(
                    message(f"respondent.{item.respondent}"),
                    f"{item.protocol_id} {item.protocol_version}",
                    language,
                    catalogue(language).draft,
                    tuple(entries(protocol, item.respondent, events, seen.language)),
                    number,
                )
            )
        return Page("transcript.html", {**self._about(seen, case, record), "told": told})

    # --- what if ----------------------------------------------------------------------------------

    def _what_if(self, seen: Visit) -> Answer:
        """Reckon with other facts; nothing of it is kept but that the case was read."""
        case, record = self._open(seen, "what_if")
        kept = kept_proposal(self._service, seen.transaction, record)
        if kept is None or not kept.is_ours or not self._readable(seen, case):
            return Page("case_waits.html", self._about(seen, case, record))
        form = seen.asked.form
        problem: Message | None = None
        facts = kept.facts
        try:
            facts = _thought(facts, form) if form else facts
        except FactsError as error:
            problem = _refused(error)
        before, after = kept.protocol.propose(kept.facts), kept.protocol.propose(facts)
        explained = kept.protocol.explain_proposal(after)
        return Page(
            "what_if.html",
            {
                "code": case.code,
                "problem": problem,
                "choices": list(_choices(facts, form)),
                "age": form.get("child_age_months", _age(facts)),
                "asked": bool(form) and problem is None,
                "before": verdict_lines(kept.protocol, before),
                "after": verdict_lines(kept.protocol, after),
                "changed": list(_otherwise(kept.facts, facts)),
                "order_changes": before.decision.order != after.decision.order,
                "verdict_changes": before.decision.verdict != after.decision.verdict,
                "why": tell_part(kept.protocol, explained, "why"),
            },
            422 if problem is not None else 200,
        )

    # --- a verdict --------------------------------------------------------------------------------

    def _sign(self, seen: Visit) -> Answer:
        case, _ = self._to_decide(seen)
        if seen.asked.form.get("read_it") != YES:
            raise RefusedError(
                message("web.sign.read_first"), status=422, back=f"/case/{case.code}#verdict"
            )
        return self._give(seen, case, Review(Verdict.SIGNED_OFF))

    def _return(self, seen: Visit) -> Answer:
        case, kept = self._to_decide(seen)
        if not kept:
            return Redirect("/queue")
        form = seen.asked.form
        record = seen.transaction.latest_interview(case.id, THERAPIST)
        answers = [] if record is None else self._to_comment_on(seen, record)
        comments, problem = [], None
        names = (*(answer.id for answer in answers), _WHOLE)
        typed = {name: form.get(_COMMENT + name, "").strip() for name in names}
        length = sum(map(len, typed.values()))
        if length > _LONGEST_RETURN:
            # Masking takes its time, and everybody waits for this unit of work.
            problem = message("input.too_long", count=length, longest=_LONGEST_RETURN)
            typed = {}
        for name in filter(typed.get, typed):
            try:
                comments.append(("" if name == _WHOLE else name, written(typed[name])))
            except InputError as error:
                problem = error.problem
        if form and problem is None and comments:
            return self._give(seen, case, Review(Verdict.RETURNED, tuple(comments)))
        if form and problem is None:
            problem = message("web.return.comment_needed")
        note_reading(seen.transaction, case.id, seen.person.id, "return")
        return Page(
            "return.html",
            {
                "code": case.code,
                "problem": problem,
                "answers": [answer for answer in answers if not answer.left_out],
                "left_out": [answer for answer in answers if answer.left_out],
                "typed": {answer.id: form.get(_COMMENT + answer.id, "") for answer in answers},
                "whole": form.get(_COMMENT + _WHOLE, ""),
                "read": kept,
                "key": secrets.token_hex(8),
            },
            422 if problem is not None else 200,
        )

    def _to_comment_on(self, seen: Visit, record: InterviewRecord) -> list[Answered]:
        """Give the answers to comment on; where the two differ comes first."""
        found = [
            _answered(item) for item in self._service.answered_by_both(seen.transaction, record.id)
        ]
        return sorted(found, key=lambda answer: not answer.differ)

    def _disagree(self, seen: Visit) -> Answer:
        case, kept = self._to_decide(seen)
        if not kept:
            return Redirect("/queue")
        form = seen.asked.form
        problem = None
        order, rule = form.get("order", ""), form.get("rule", "")
        record = seen.transaction.latest_interview(case.id, THERAPIST)
        rules = self._rules(seen, record)
        if form:
            try:
                reason = written(form.get("reason", ""))
                if order not in ORDERS:
                    raise InputError(message("web.disagree.order_needed"))
                if rule and rule not in rules:
                    raise InputError(message("web.disagree.rule_unknown"))
                review = Review(Verdict.DISAGREED, order=order, reason=reason, rule=rule)
                return self._give(seen, case, review)
            except InputError as error:
                problem = error.problem
        note_reading(seen.transaction, case.id, seen.person.id, "disagree")
        return Page(
            "disagree.html",
            {
                "code": case.code,
                "problem": problem,
                "orders": list(_orders(record, seen.transaction)),
                "rules": [(name, message(f"rule.{name}")) for name in rules],
                "order": order,
                "rule": rule,
                "reason": form.get("reason", ""),
                "read": kept,
                "key": secrets.token_hex(8),
            },
            422 if problem is not None else 200,
        )

    def _rules(self, seen: Visit, record: InterviewRecord | None) -> list[str]:
        """Give the rules that gave reasons for the kept proposal, to be named as wrong."""
        kept = None if record is None else seen.transaction.latest_proposal(record.id)
        if kept is None:
            return []
        return rules_to_name(self._service.protocol, kept.payload["proposal"])

    def _to_decide(self, seen: Visit) -> tuple[CaseRecord, str]:
        """Give a case about which somebody may decide, and the mark of what there is to be read of
        it; no mark where this form was sent before, and there is nothing to do any more.

        Raises NotThereError, and RefusedError where it does not wait, is their own, or is not what
        they read on its page any more.
        """
        case = seen.case(seen.asked.path.split("/")[2], Action.REVIEW)
        back = f"/case/{case.code}"
        if seen.transaction.seen(self._key(seen)):
            return case, ""
        kept = proposal_to_review(seen.transaction, case.id)
        if kept is None:
            raise RefusedError(message("storage.review_not_waiting"), status=409, back=back)
        if not may_review(seen.transaction, case.id, seen.person.id):
            raise RefusedError(message("storage.review_own"), status=403, back=back)
        read = what_is_read(self._service, seen.transaction, kept)
        if seen.session.view.get(_READ + case.id, read) != read:
            raise RefusedError(message("storage.review_outdated"), status=409, back=back)
        return case, read

    def _key(self, seen: Visit) -> str:
        """Give the key under which a form is applied once."""
        return f"web:{seen.asked.form.get('key', '')[:40]}"

    def _give(self, seen: Visit, case: CaseRecord, review: Review) -> Answer:
        """Keep a verdict; the same form sent twice is one verdict."""
        transaction, form = seen.transaction, seen.asked.form
        key = form.get("key", "")[:40]
        if not key:
            raise RefusedError(message("web.form_not_ours"), status=400)
        if not transaction.seen(self._key(seen)):
            give(
                self._service,
                transaction,
                case.id,
                review,
                reviewer=seen.person.id,
                read=form.get("read", ""),
                key=key,
            )
            if case.therapist_id is not None:
                transaction.notices.leave(
                    case.id, f"review_{review.verdict}", person=case.therapist_id
                )
        given = message(f"review.given.{review.verdict}")
        seen.say_later(message("web.said_of", case=case.code, text=given))
        return Redirect("/queue")


def _answered(item: Both) -> Answered:
    question = item.question
    hers = None
    if item.hers is not None:
        said = answer_message(question, item.hers, MOTHER)
        counts = item.counts == MOTHER
        hers = message("web.return.hers_counts" if counts else "web.return.hers", answer=said)
    left_out = all(
        answer is None or answer.how is How.SKIPPED for answer in (item.therapists, item.hers)
    )
    asked = THERAPIST if THERAPIST in question.respondents else MOTHER
    return Answered(
        question.id,
        question.short,
        question.text(asked),
        None if item.therapists is None else answer_message(question, item.therapists),
        hers,
        item.differ,
        left_out,
    )


def _orders(
    record: InterviewRecord | None, transaction: Transaction
) -> Iterator[tuple[str, Message]]:
    """Give every order, the proposed one marked."""
    kept = None if record is None else transaction.latest_proposal(record.id)
    proposed = "" if kept is None else "_".join(kept.payload["proposal"]["order"])
    for code in ORDERS:
        order = short_order(code.split("_"))
        yield code, message("web.disagree.as_proposed", order=order) if code == proposed else order


def _group(item: Queued) -> str:
    """Say under which heading of the list an intake stands."""
    waits = item.standing in (Standing.WAITING, Standing.DISAGREED)
    return "waiting" if waits else str(item.standing)


def _row(item: Queued, names: Mapping[str, str]) -> Row:
    return Row(
        item.code,
        message(f"web.standing.{item.standing}"),
        item.standing in (Standing.WAITING, Standing.DISAGREED),
        item.since,
        names.get(item.therapist_id or "", ""),
        tuple(code for code in item.languages if code),
        message(
            "proposal.pivot_later" if item.verdict == "not_yet" else "proposal.pivot_result",
            verdict=message(f"verdict.{item.verdict}"),
            order=short_order(item.order),
        ),
    )


def _interviews(transaction: Transaction, case_id: str) -> Interviews:
    return [
        (record, transaction.events(record.id)) for record in transaction.interviews_of(case_id)
    ]


# --- other facts ----------------------------------------------------------------------------------


def _thought(facts: Facts, form: Mapping[str, str]) -> Facts:
    """Return facts as they are thought otherwise; raises FactsError naming what cannot be."""
    data = facts.to_data()
    for name in CODED_FACTS:
        if name in form:
            data[name] = form[name]
    age = form.get("child_age_months", "").strip()
    is_number = age.isascii() and age.isdecimal() and len(age) < 5
    data["child_age_months"] = int(age) if is_number else age or UNKNOWN
    data["status"] = {
        component: form.get(f"status_{component}", facts.status_of(component))
        for component in COMPONENTS
    }
    thought = replace(parse_facts(data), background=facts.background)
    match form.get("barriers", _AS_IT_IS):
        case "none_first":
            return replace(thought, barriers=())
        case "some_first":
            return replace(thought, barriers=(Barrier("other", YES, YES),))
    return replace(thought, barriers=facts.barriers)


def _refused(error: FactsError) -> Message:
    """Say what cannot be; fields that only a tampered form can get wrong are not named."""
    match error.field:
        case "child_age_months":
            return message("web.what_if.age", oldest=OLDEST_CHILD_MONTHS)
        case "preference_second":
            return message("web.what_if.same_wish")
    return message("web.form_not_read")


def _age(facts: Facts) -> str:
    return "" if facts.child_age_months is None else str(facts.child_age_months)


def _choices(facts: Facts, form: Mapping[str, str]) -> Iterator[Choice]:
    """Give every fact that can be thought otherwise, as it is now."""
    for name, variable in CODED_FACTS.items():
        codes = (*variable.domain, UNKNOWN)
        yield Choice(
            name,
            message(f"fact.{name}"),
            tuple((code, fact_value(name, code)) for code in codes),
            form.get(name, facts.get(name)),
        )
    for component in COMPONENTS:
        name = f"status_{component}"
        yield Choice(
            name,
            message(f"fact.{name}"),
            tuple((code, fact_value(name, code)) for code in STATUSES),
            form.get(name, facts.status_of(component)),
        )
    yield Choice(
        "barriers",
        message("fact.barriers"),
        tuple((code, message(f"web.what_if.barriers.{code}")) for code in _BARRIERS),
        form.get("barriers", _AS_IT_IS),
    )


def _otherwise(before: Facts, after: Facts) -> Iterator[Message]:
    """Say which facts are thought otherwise."""
    for name in CODED_FACTS:
        if before.get(name) != after.get(name):
            yield _change(name, before.get(name), after.get(name))
    if before.child_age_months != after.child_age_months:
        yield _change("child_age_months", before.child_age_months, after.child_age_months)
    for component in COMPONENTS:
        was, thought = before.status_of(component), after.status_of(component)
        if was != thought:
            yield _change(f"status_{component}", was, thought)
    if before.barriers != after.barriers:
        yield message("web.history.other", fact=message("fact.barriers"))


def _change(name: str, before: Any, after: Any) -> Message:
    return message(
        "web.history.fact",
        fact=message(f"fact.{name}"),
        before=fact_value(name, before),
        after=fact_value(name, after),
    )


def message_ids() -> Iterator[str]:
    """Give the catalogue keys that are made from codes."""
    for standing in Standing:
        yield f"web.standing.{standing}"
    for shown in SHOWN:
        yield f"web.queue.show.{shown}"
    for code in _BARRIERS:
        yield f"web.what_if.barriers.{code}"
