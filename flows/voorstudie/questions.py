"""The questions of the intake, section by section, in the order in which they are asked.

Safety comes first; then what decides the order (specification 4.1 and 4.4); then what an intake
must collect besides (specification 4.2, passages D01-D13). The quick intake asks only the questions
marked `quick`.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import permutations

from flows import facts as f
from flows.conditions import ALWAYS, NO, UNKNOWN, YES, Condition, Has, Variable, any_of
from flows.facts import BARRIER_KINDS, COMPONENTS
from flows.messages import message
from flows.questions import MOTHER, NONE_OF_THESE, THERAPIST, UNSURE, Counts, Kind, Question

BOTH = (THERAPIST, MOTHER)

SECTIONS = (
    "safety",
    "story",
    "barriers",
    "course",
    "parent",
    "relationship",
    "child",
    "preference",
    "supports",
    "instruments",
    "coordination",
    "alliance",
    "closing",
)

PARENT_FEATURES = (
    "parent_depression",
    "dissociation",
    "guilt_shame",
    "avoidance",
    "emotion_regulation",
    "personality_problems",
    "psychosomatic",
    "mentalising_limited",
)
CHILD_FEATURES = ("child_worries", "developmental_trauma", "child_type_of_complaints")
TELL_THERAPIST = "tell_therapist"
"""The choice of a mother who would rather say it than write or press it."""

HELP_TOPICS = (
    "safety",
    "sleep",
    "memories",
    "feelings",
    "child",
    "together",
    "everyday",
    TELL_THERAPIST,
)
COMPLAINT_TOPICS = (
    "memories",
    "fear",
    "sleep",
    "sadness",
    "anger",
    "body",
    "child_fear",
    "child_sleep",
    "child_anger",
    "child_withdrawn",
    TELL_THERAPIST,
)
"""Plain words of ours for what mothers may want to say, from no questionnaire."""

SUPPORTS = ("network", "father_involved", "normal_life", "extra_interventions", "other")

INSTRUMENT_SLOTS = (1, 2)
"""How many instruments each level has room for: a questionnaire and an interview (F06)."""

INSTRUMENTS: dict[str, dict[str, tuple[int, int, int]]] = {
    "parent": {
        "pcl5": (0, 80, 0),
        "itq": (0, 72, 0),
        "phq9": (0, 27, 0),
        "epds": (0, 30, 0),
        "des2": (0, 100, 1),
        "ders": (36, 180, 0),
    },
    "relationship": {
        "ambiance": (1, 7, 1),
        "ambiance_brief": (0, 1000, 1),
        "ea_scales": (0, 100, 1),
        "prfq": (1, 7, 1),
    },
    "child": {
        "interview_0_6": (0, 1000, 1),
        "ycpc": (0, 96, 0),
        "tscyc": (0, 1000, 1),
        "cbcl": (0, 1000, 1),
    },
}
"""Names and the range of the total, lowest, highest and decimals (specification 9); where the
specification gives no range for one total, 0-1000. None is prescribed by the source; the product
keeps name, date, rater and total and never an item."""

OTHER_INSTRUMENT = (0, 1000, 1)


def _choice(variable: Variable, choice_set: str, **given: object) -> Question:
    """Make the question that asks for one coded fact."""
    question = Question(
        id=variable.name,
        kind=Kind.CHOICE,
        choice_set=choice_set,
        choices=variable.domain,
        section="",
        passages=(),
        quick=True,
    )
    return replace(question, **given)  # type: ignore[arg-type]


def _answered(variable: Variable) -> Condition:
    return variable.is_(*variable.domain)


def _instrument_questions(level: str, slot: int) -> tuple[Question, ...]:
    """Make the five questions about one instrument; a second is offered after a first."""
    stem = f"instrument_{level}_{slot}"
    named = Variable(stem, (*INSTRUMENTS[level], "other", NONE_OF_THESE))
    before = Variable(f"instrument_{level}_{slot - 1}", named.domain)
    used = named.is_(*INSTRUMENTS[level], "other")
    applies = ALWAYS if slot == 1 else before.is_(*INSTRUMENTS[level], "other")
    common = Question(
        id=stem,
        topic="instrument",
        about=message(f"level.{level}"),
        number=slot,
        section="instruments",
        kind=Kind.CHOICE,
        choice_set="instrument",
        choices=named.domain,
        applies=applies,
        passages=("D04", "F06"),
    )
    detail = replace(common, applies=used, choice_set="", choices=())
    return (
        common,
        replace(
            detail,
            id=f"{stem}_name",
            topic="instrument_name",
            kind=Kind.TEXT,
            applies=named.is_("other"),
        ),
        replace(detail, id=f"{stem}_date", topic="instrument_date", kind=Kind.DATE),
        replace(
            detail,
            id=f"{stem}_rater",
            topic="instrument_rater",
            kind=Kind.CHOICE,
            choice_set="rater",
            choices=("parent", "therapist", "other_professional"),
        ),
        *(
            replace(
                detail,
                id=f"{stem}_total_{name}",
                topic="instrument_total",
                kind=Kind.NUMBER,
                applies=named.is_(name),
                low=low,
                high=high,
                decimals=decimals,
            )
            for name, (low, high, decimals) in (
                *INSTRUMENTS[level].items(),
                ("other", OTHER_INSTRUMENT),
            )
        ),
    )


def _score(question_id: str, *passages: str) -> Question:
    return Question(
        id=question_id,
        section="alliance",
        kind=Kind.NUMBER,
        low=1,
        high=10,
        passages=passages,
    )


def _text(question_id: str, section: str, *passages: str, **given: object) -> Question:
    question = Question(id=question_id, section=section, kind=Kind.TEXT, passages=passages)
    return replace(question, **given)  # type: ignore[arg-type]


def _yes_no(question_id: str, section: str, *passages: str, **given: object) -> Question:
    question = Question(
        id=question_id,
        section=section,
        kind=Kind.CHOICE,
        choice_set="yes_no",
        choices=(YES, NO),
        passages=passages,
    )
    return replace(question, **given)  # type: ignore[arg-type]


def _safety(variable: Variable, danger: str, passage: str) -> Question:
    """Make a question about safety, of which the more dangerous answer counts."""
    return _choice(
        variable,
        "yes_no",
        section="safety",
        passages=(passage,),
        respondents=BOTH,
        counts=Counts.MORE_DANGEROUS,
        danger=danger,
    )


def _topics(
    question_id: str, choice_set: str, topics: tuple[str, ...], instead_of: str, *passages: str
) -> Question:
    """Make the choices that stand in for a mother's free text where that is off."""
    return Question(
        id=question_id,
        section="story",
        kind=Kind.MULTI_CHOICE,
        choice_set=choice_set,
        choices=(*topics, NONE_OF_THESE),
        passages=passages,
        respondents=(MOTHER,),
        instead_of=instead_of,
    )


_SAFETY = (
    _safety(f.acute_unsafety, YES, "C04"),
    _safety(f.food_secure, NO, "C02"),
    _safety(f.safe_roof, NO, "C02"),
    _safety(f.threat_stopped, NO, "C02"),
)

_STORY = (
    _text("client_system", "story", "D01", "D08"),
    _text("help_request", "story", "D01", "D10", respondents=BOTH),
    _topics("help_topics", "help_topic", HELP_TOPICS, "help_request", "D01", "D10"),
    _text("complaints", "story", "D02", respondents=BOTH),
    _topics("complaint_topics", "complaint_topic", COMPLAINT_TOPICS, "complaints", "D02"),
    _text("background_story", "story", "D02", "D11"),
)

_barriers_present = Variable("barriers_present", (*BARRIER_KINDS, UNSURE, NONE_OF_THESE))
_NAMED = {kind: Has("barriers_present", kind) for kind in BARRIER_KINDS}
_LACKING = {
    variable.name: variable.is_(NO) for variable in (f.food_secure, f.safe_roof, f.threat_stopped)
}

# The quick intake asks only what must come first: the rest stands in no one's way.
_BARRIERS = (
    Question(
        id="barriers_present",
        section="barriers",
        kind=Kind.MULTI_CHOICE,
        choice_set="barrier",
        choices=_barriers_present.domain,
        passages=("C01", "C17", "D05"),
    ),
    Question(
        id="barriers_unsure",
        section="barriers",
        kind=Kind.MULTI_CHOICE,
        choice_set="barrier",
        choices=(*BARRIER_KINDS, NONE_OF_THESE),
        choice_when={kind: ~named for kind, named in _NAMED.items()},
        applies=Has("barriers_present", UNSURE),
        passages=("C01", "D05"),
    ),
    Question(
        id="barriers_first",
        section="barriers",
        kind=Kind.MULTI_CHOICE,
        choice_set="barrier",
        choices=(*_LACKING, *BARRIER_KINDS, UNSURE, NONE_OF_THESE),
        choice_when={
            **_LACKING,
            **{kind: _barriers_present.unknown | named for kind, named in _NAMED.items()},
        },
        applies=any_of(_barriers_present.unknown, *_LACKING.values(), *_NAMED.values()),
        passages=("C01", "C02"),
        quick=True,
    ),
    _text("barriers_other", "barriers", "C01", "C17", applies=_NAMED["other"]),
)

_COURSE = (
    Question(
        id="components_started",
        section="course",
        kind=Kind.MULTI_CHOICE,
        choice_set="component",
        choices=(*COMPONENTS, NONE_OF_THESE),
        passages=("A01", "A05"),
        quick=True,
    ),
    *(
        Question(
            id=f"status_{component}",
            topic="status",
            about=message(f"component.{component}"),
            section="course",
            kind=Kind.CHOICE,
            choice_set="status",
            choices=(f.UNDER_WAY, f.PAUSED, f.DONE),
            applies=Has("components_started", component),
            passages=("A01", "A05"),
            quick=True,
        )
        for component in COMPONENTS
    ),
)

_PARENT = (
    _choice(
        f.parent_trauma, "severity", section="parent", passages=("A01", "A06", "A10", "D04", "A26")
    ),
    _choice(
        f.parent_trauma_source,
        "parent_trauma_source",
        section="parent",
        applies=_answered(f.parent_trauma),
        passages=("F01", "F02", "F03"),
    ),
    _choice(f.loss_of_control, "yes_no", section="parent", passages=("A02",)),
    _choice(f.preoccupied, "yes_no", section="parent", passages=("A03",)),
    _choice(
        f.change_wish,
        "yes_no",
        section="parent",
        passages=("A07", "A08", "A09", "A30", "D02"),
        respondents=BOTH,
        counts=Counts.HERS,
    ),
    _choice(
        f.positive_expectation,
        "yes_no",
        section="parent",
        passages=("A07", "A09", "A30"),
        respondents=BOTH,
        counts=Counts.HERS,
    ),
    Question(
        id="parent_features",
        section="parent",
        kind=Kind.MULTI_CHOICE,
        choice_set="parent_feature",
        choices=(*PARENT_FEATURES, NONE_OF_THESE),
        passages=("A19", "A20", "A23", "A25", "A26", "H02"),
    ),
    _yes_no("takes_responsibility", "parent", "C16"),
    _yes_no("psychoeducation_done", "parent", "H04"),
)

_RELATIONSHIP = (
    _choice(
        f.disruptive_parenting, "severity", section="relationship", passages=("A11", "A29", "D04")
    ),
    Question(
        id="disruptive_parenting_source",
        section="relationship",
        kind=Kind.CHOICE,
        choice_set="disruptive_parenting_source",
        choices=("observation", "video", "report", "clinical_judgement"),
        applies=_answered(f.disruptive_parenting),
        passages=("D04", "D08"),
    ),
    _choice(f.parent_unavailable, "yes_no", section="relationship", passages=("A12", "A29")),
    _choice(
        f.support_compensates,
        "yes_no",
        section="relationship",
        applies=f.parent_unavailable.is_(YES, UNKNOWN),
        passages=("A24",),
    ),
)

_CHILD = (
    Question(
        id="child_age_months",
        section="child",
        kind=Kind.AGE,
        low=0,
        high=f.OLDEST_CHILD_MONTHS,
        passages=("E01", "E02", "E03", "F04"),
        quick=True,
    ),
    _choice(f.child_trauma, "severity", section="child", passages=("D04", "F06")),
    _choice(
        f.child_trauma_source,
        "child_trauma_source",
        section="child",
        applies=_answered(f.child_trauma),
        passages=("F04", "F05", "F06"),
    ),
    _choice(f.ongoing_traumatisation, "yes_no", section="child", passages=("A13", "A14")),
    _choice(
        f.ongoing_traumatisation_source,
        "ongoing_source",
        section="child",
        applies=f.ongoing_traumatisation.is_(YES),
        passages=("A11", "A13", "C02"),
    ),
    _choice(
        f.child_consent_support, "yes_no", section="child", passages=("A15", "A16", "A17", "I06")
    ),
    Question(
        id="child_features",
        section="child",
        kind=Kind.MULTI_CHOICE,
        choice_set="child_feature",
        choices=(*CHILD_FEATURES, NONE_OF_THESE),
        passages=("A18", "A23", "H02"),
    ),
    _text("child_wish", "child", "D01"),
)

_PREFERENCE = (
    _choice(
        f.preference_first,
        "preference",
        section="preference",
        passages=("D03", "B05", "B13", "B14", "B15"),
        respondents=BOTH,
        counts=Counts.HERS,
    ),
    _choice(
        f.preference_second,
        "preference",
        section="preference",
        applies=f.preference_first.is_(*COMPONENTS),
        choice_when={name: ~f.preference_first.is_(name) for name in COMPONENTS},
        passages=("D03", "B05"),
        respondents=BOTH,
        counts=Counts.HERS,
        one_with="preference_first",
    ),
)

_SUPPORTS = (
    Question(
        id="supports",
        section="supports",
        kind=Kind.MULTI_CHOICE,
        choice_set="support",
        choices=(*SUPPORTS, NONE_OF_THESE),
        passages=("D05", "A24", "C10", "C11", "H03", "H05"),
        respondents=BOTH,
    ),
    _text("supports_story", "supports", "D05", "A24"),
)

_INSTRUMENTS = tuple(
    question
    for level in COMPONENTS
    for slot in INSTRUMENT_SLOTS
    for question in _instrument_questions(level, slot)
)

_COORDINATION = (
    _yes_no("coordination_done", "coordination", "D06", "I08"),
    _text(
        "coordination_who",
        "coordination",
        "D06",
        "I08",
        applies=Variable("coordination_done", (YES, NO)).is_(YES),
    ),
    Question(
        id="coordination_date",
        section="coordination",
        kind=Kind.DATE,
        applies=Variable("coordination_done", (YES, NO)).is_(YES),
        passages=("D06",),
    ),
)

_ALLIANCE = (
    _score("alliance_personal", "I01", "I04", "I09"),
    _score("alliance_task", "I01", "I04"),
    _score("alliance_child", "I05", "F21"),
    _yes_no("alliance_concern", "alliance", "I04", "I07", "G06"),
    Question(
        id="desired_intensity",
        section="alliance",
        kind=Kind.CHOICE,
        choice_set="intensity",
        choices=("higher", "as_usual", "lower"),
        passages=("G01", "G02", "G03"),
        respondents=BOTH,
        counts=Counts.HERS,
    ),
    _yes_no("therapist_trained", "alliance", "I11"),
    _yes_no("background_fit_concern", "alliance", "D12", "F08", "F10", "F23"),
    _text(
        "background_fit_story",
        "alliance",
        "D12",
        "F10",
        "F23",
        applies=Variable("background_fit_concern", (YES, NO)).is_(YES),
    ),
)

AS_PROPOSED = "as_proposed"
ORDERS = tuple("_".join(order) for order in permutations(COMPONENTS))
"""The six orders as codes, the components in the order in which they would come."""

_override = Variable("override_order", (AS_PROPOSED, *ORDERS))

# The professional's own view and other order stand beside the proposal, which stays as it is
# (specification, section 5).
_CLOSING = (
    _text("own_view", "closing", aside=True, quick=True),
    Question(
        id="override_order",
        section="closing",
        kind=Kind.CHOICE,
        choice_set="override_order",
        choices=_override.domain,
        passages=(),
        aside=True,
        quick=True,
    ),
    _text(
        "override_reason",
        "closing",
        applies=_override.is_(*ORDERS),
        quick=True,
        required=True,
    ),
)

QUESTIONS: tuple[Question, ...] = (
    *_SAFETY,
    *_STORY,
    *_BARRIERS,
    *_COURSE,
    *_PARENT,
    *_RELATIONSHIP,
    *_CHILD,
    *_PREFERENCE,
    *_SUPPORTS,
    *_INSTRUMENTS,
    *_COORDINATION,
    *_ALLIANCE,
    *_CLOSING,
)
