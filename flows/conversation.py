"""The conversation: one pure function drives every channel, every test and every replay."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from hashlib import sha256
from typing import Any

from flows import events as ev
from flows.conditions import NO, YES
from flows.data import canonical
from flows.facts import COMPONENTS
from flows.identifying import guard
from flows.inputs import InputError, read_age, read_date, read_number, read_text
from flows.interview import (
    Answer,
    Draft,
    How,
    Interview,
    Path,
    Pending,
    answer_message,
    asked_of,
    current_question,
    settled,
    still_to_collect,
    walk,
)
from flows.lexicon import Lexicon
from flows.machine import (
    ASKING,
    CHECKING,
    CHOOSING_LANGUAGE,
    CONFIRMING,
    ENDED,
    EXPLAINING,
    HANDED_OVER,
    IN_DANGER,
    IN_REVIEW,
    PAUSED,
    PROPOSED,
    SEPARATOR,
    SIGNED_OFF,
    SUMMARY,
    NotPossibleError,
    trigger,
)
from flows.messages import Message, message
from flows.mothers import CHECKS, CONSENT_TEXT, check_screen, check_step, plan_screen
from flows.mothers import message_ids as mothers_ids
from flows.moving import Move, is_outdated, plan_move
from flows.proposal import Proposal
from flows.protocol import Protocol
from flows.questions import MODES, MOTHER, NONE_OF_THESE, THERAPIST, Kind, Question
from flows.sources import conflicts, merge
from flows.sources import message_ids as sources_ids
from flows.telling import order_line, short_order, source_line, tell
from flows.telling_why import EXPLAINED_PARTS, SOURCES_PART, tell_part, tell_sources
from flows.utterances import Effect, Line, Option, ProposalMade, Record, Screen, Utterance


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one event did: the interview as it now stands, what is said, and what must happen."""

    interview: Interview
    utterances: tuple[Utterance, ...]
    effects: tuple[Effect, ...]


def new_interview(protocol: Protocol, *, case: str, respondent: str, mode: str) -> Interview:
    """Return an interview at its very beginning, pinned to this protocol."""
    return Interview(
        case=case,
        respondent=respondent,
        mode=mode,
        language="",
        protocol_id=protocol.id,
        protocol_version=protocol.version,
        protocol_hash=protocol.hash,
        state=CHOOSING_LANGUAGE,
    )


def advance(
    protocol: Protocol,
    interview: Interview,
    event: ev.Event,
    now: datetime,
    lexicon: Lexicon,
    *,
    beside: Interview | None = None,
    by: str = "",
) -> Outcome:
    """Apply one event.

    Never raises for what a person does: an event that is not possible where the conversation
    stands leaves it as it is and says what is. `now` must know its time zone; `lexicon` holds the
    words that are looked for in what people type. `beside` is the mother's interview about the same
    case, for a therapist's proposal; `by` is who does this where it is not the respondent: a
    therapist who writes down what the mother says.
    """
    turn = _Turn(protocol, interview, now, lexicon, beside, by)
    turn.take(event)
    return Outcome(turn.interview, tuple(turn.utterances), tuple(turn.effects))


def present(
    protocol: Protocol,
    interview: Interview,
    now: datetime,
    lexicon: Lexicon,
    *,
    beside: Interview | None = None,
    by: str = "",
) -> tuple[Utterance, ...]:
    """Say where a conversation is, for another screen than the one on which it went on.

    Nothing happens: a paused one stays paused, and no proposal is made anew. The rest as `advance`.
    """
    turn = _Turn(protocol, interview, now, lexicon, beside, by)
    turn.say_where_we_are()
    return tuple(turn.utterances)


def propose(protocol: Protocol, interview: Interview, beside: Interview | None = None) -> Proposal:
    """Return the proposal for the answers as they stand, with the mother's beside them."""
    merged = merge(protocol, interview, beside)
    missing = tuple(
        name for name in still_to_collect(protocol, interview) if name not in merged.values
    )
    return protocol.propose_from(merged.values, missing, tuple(conflicts(merged)))


def own_lines(protocol: Protocol, own: Mapping[str, Answer]) -> tuple[Line, ...]:
    """Tell what the therapist put beside the proposal: an own view, another order and why."""
    return tuple(
        Line(
            message(f"proposal.{name}", answer=answer_message(protocol.by_id[name], answer)),
            brief=True,
        )
        for name, answer in own.items()
    )


@dataclass(slots=True)
class _Turn:
    """One event being applied."""

    protocol: Protocol
    interview: Interview
    now: datetime
    lexicon: Lexicon
    beside: Interview | None = None
    by: str = ""
    utterances: list[Utterance] = field(default_factory=list)
    effects: list[Effect] = field(default_factory=list)

    # --- events -----------------------------------------------------------------------------------

    def take(self, event: ev.Event) -> None:
        ended = self.interview.state in ENDED
        if ended and not isinstance(event, _AFTER_THE_END):
            self._say_ended()
            return
        if self._tells_danger(event):
            self._take_danger()
            return
        handlers: dict[type[Any], Callable[[Any], None]] = {
            ev.Show: self._show,
            ev.ChooseLanguage: self._choose_language,
            ev.ChangeMode: self._change_mode,
            ev.Proceed: self._proceed,
            ev.Give: self._give,
            ev.Write: self._write,
            ev.Mark: self._mark,
            ev.Done: self._done,
            ev.DontKnow: lambda event: self._answer(event.question, How.UNKNOWN),
            ev.Skip: lambda event: self._answer(event.question, How.SKIPPED),
            ev.Keep: self._keep,
            ev.Back: self._back,
            ev.Edit: self._edit,
            ev.Confirm: self._confirm,
            ev.Cancel: self._cancel,
            ev.Move: self._move,
            ev.Why: self._why,
            ev.Explain: self._explain,
            ev.Summarise: self._summarise,
            ev.Check: self._check,
            ev.Rewrite: self._rewrite,
            ev.Pause: self._pause,
            ev.TooMuch: lambda _: self._pause(ev.Pause("too_much")),
            ev.DangerWords: self._danger_words,
            ev.LetGoOn: self._let_go_on,
            ev.SharePlan: self._share_plan,
            ev.ShowPlan: self._show_plan,
            ev.Leave: self._leave,
            ev.Stop: self._stop,
            ev.Submit: self._submit,
            ev.Reviewed: self._reviewed,
        }
        if self._must_move():
            self._leave_a_section_that_is_gone()
            if not isinstance(event, _WITHOUT_MOVING):
                self._say_where_we_are()
                return
        if self.interview.state == PAUSED and not isinstance(event, _LEAVES_PAUSED):
            self._trigger("resume")
            self._record("resumed")
        if self._must_be_checked(event):
            # Somebody else wrote her answers down meanwhile, or she comes back to what she said.
            if self.interview.state != PAUSED:
                self._trigger("pause")
            self._trigger("resume")
            self._change(wanted=_name_of(event))
        before = self.interview
        said, done = len(self.utterances), len(self.effects)
        try:
            handlers[type(event)](event)
        except NotPossibleError:
            self.interview = before
            del self.utterances[said:]
            del self.effects[done:]
            self._problem(message("conversation.not_possible_now"))
            self._say_where_we_are()

    def _must_be_checked(self, event: ev.Event) -> bool:
        """Whether a mother would answer without having said who is there and that it is safe."""
        if self.interview.checked or self.by or not self._is_hers():
            return False
        state, _, _ = self.interview.state.partition(SEPARATOR)
        if isinstance(event, ev.ShowPlan):
            return state in (PAUSED, HANDED_OVER) and bool(self.interview.plan)
        goes_back = isinstance(event, ev.Edit | ev.Back | ev.Summarise)
        return state in (EXPLAINING, ASKING, CONFIRMING, SUMMARY) or (
            state == HANDED_OVER and goes_back
        )

    def _tells_danger(self, event: ev.Event) -> bool:
        """Whether a mother says that there is danger: that is heard wherever her questions are."""
        return (
            isinstance(event, ev.Give)
            and (event.question, event.value) == (DANGER, YES)
            and self._is_hers()
            and not self.interview.danger
            and self.interview.state != CHOOSING_LANGUAGE
        )

    def _take_danger(self) -> None:
        question = self.protocol.by_id[DANGER]
        self._change(pending=None, looking_at=None)
        self._store(
            question,
            Answer(
                How.GIVEN,
                YES,
                self.now,
                self.interview.language,
                asked=question.fingerprint,
                by=self.by,
            ),
        )

    def _danger_words(self, _: ev.DangerWords) -> None:
        """Answer words that may mean danger and that were no answer: nothing of them is kept."""
        self._record("danger_words")
        if self.interview.accepted and self._is_asking():
            self._ask_danger_again()
            self._trigger("proceed")
        else:
            self.utterances.append(_screen(Screen.NOTICE, *self._whom_to_call()))
        self._say_where_we_are()

    def _show(self, _: ev.Show) -> None:
        if self.interview.state == PAUSED:
            self._trigger("resume")
            self._record("resumed")
        self._say_where_we_are()

    def _choose_language(self, event: ev.ChooseLanguage) -> None:
        before = self.interview.language
        self._change(language=event.language)
        if self.interview.state == CHOOSING_LANGUAGE:
            self._trigger("choose_language")
        if before != event.language:
            self._record("language_chosen", language=event.language, before=before)
        self._say_where_we_are()

    def _change_mode(self, event: ev.ChangeMode) -> None:
        if event.mode not in MODES or self.interview.state == IN_REVIEW:
            raise NotPossibleError(f"mode {event.mode}")
        if event.mode != self.interview.mode:
            self._change(mode=event.mode, looking_at=None, pending=None)
            self._record("mode_changed", mode=event.mode)
            self._settle()
            path = walk(self.protocol, self.interview)
            if path.next is not None:
                self._change(confirmed=False)
        live = self.interview.accepted and self.interview.state not in (PAUSED, IN_REVIEW)
        if live and self._stage() != self.interview.state:
            self._trigger("proceed")
        self._say_where_we_are()

    def _overtaken(self, shown: str) -> bool:
        """Whether what the person saw is no longer what is open; then say what is."""
        if not shown or shown == mark(self.interview):
            return False
        self._problem(message("conversation.overtaken"))
        self._say_where_we_are()
        return True

    def _proceed(self, event: ev.Proceed) -> None:
        state = self.interview.state
        if event.shown == ev.BEGIN:
            if state != EXPLAINING:
                # A button of the explanation says yes to nothing else.
                self._problem(message("conversation.overtaken"))
                self._say_where_we_are()
                return
        elif self._overtaken(event.shown):
            return
        if state == EXPLAINING:
            self._accept()
        elif state == SUMMARY:
            self._change(confirmed=True)
            self._record("summary_confirmed")
        elif state == IN_DANGER and self._is_hers():
            # Only her therapist lets her go on.
            if self.by:
                self._let_go_on(ev.LetGoOn())
            else:
                self._say_where_we_are()
            return
        elif state == IN_DANGER:
            self._change(danger=False)
        else:
            raise NotPossibleError(f"proceed in {state}")
        self._go_on()

    def _is_hers(self) -> bool:
        return self.interview.respondent == MOTHER

    def _accept(self) -> None:
        self._change(accepted=True)
        if not self._is_hers():
            self._record("accepted")
            return
        language = self.interview.language
        consent = {"text": CONSENT_TEXT, "language": language, "at": self.now.isoformat()}
        if self.by:
            consent["by"] = self.by
        self._change(consent=consent)
        self._record("consented", text=CONSENT_TEXT, language=language, by=self.by)

    def _check(self, event: ev.Check) -> None:
        """Take what a mother says about who is there and whether it is safe; see NNEDV's practice:
        it is asked each time again."""
        step = check_step(self.interview)
        if self.interview.state != CHECKING or event.about != step:
            raise NotPossibleError(f"check {event.about}")
        if event.code not in CHECKS[step]:
            raise NotPossibleError(f"check {event.code}")
        self._record("safety_checked", about=event.about, code=event.code)
        if event.about == "company":
            if event.code == "someone_else":
                self._pause(ev.Pause("company"))
                return
            self._change(company=event.code)
            self._say_where_we_are()
            return
        if event.code == NO:
            self._pause(ev.Pause("not_safe"))
            return
        self._change(checked=True)
        wanted = _wanted(self.interview.wanted)
        self._change(wanted="")
        if wanted is None:
            self._go_on()
            return
        self._trigger("proceed")
        if self.interview.state == HANDED_OVER:
            self.take(wanted)
        else:
            self._say_where_we_are()

    def _let_go_on(self, _: ev.LetGoOn) -> None:
        if not self.interview.danger:
            raise NotPossibleError("no danger")
        if self.interview.state == IN_DANGER:
            self._trigger("let_go_on")
        # Asked anew when she goes on: what was true then need not be true now. It is not offered
        # again, and what is kept for good says that it was told.
        answers = dict(self.interview.answers)
        answers.pop(DANGER, None)
        self._change(danger=False, answers=answers, confirmed=False, company="", checked=False)
        self._record("let_go_on")
        self._say_where_we_are()

    def _share_plan(self, event: ev.SharePlan) -> None:
        if not self._is_hers() or self.interview.consent is None:
            raise NotPossibleError("share a plan")
        self._change(plan=event.order)
        self._record("plan_shared", order=list(event.order))
        if self.interview.state == HANDED_OVER:
            self._say_where_we_are()

    def _show_plan(self, _: ev.ShowPlan) -> None:
        if not self.interview.plan:
            raise NotPossibleError("no plan")
        if not (self.interview.checked or self.by):
            self._say_where_we_are()
            return
        self.utterances.append(plan_screen(self.interview))
        if self.interview.state == HANDED_OVER:
            self._unchecked()

    def _give(self, event: ev.Give) -> None:
        question = self._asked(event.question)
        if question is None:
            return
        path = walk(self.protocol, self.interview)
        try:
            value = self._read(question, event.value, path)
        except InputError as error:
            self._refuse(question, error)
            return
        if question.kind is Kind.TEXT and self._draft_text(question, str(value)):
            # What has to be sent anew without what identifies is heard already.
            self._look_for_danger_in_draft()
            self._say_where_we_are()
            return
        self._take_answer(question, How.GIVEN, value)

    def _write(self, event: ev.Write) -> None:
        question = self._asked(event.question)
        if question is None:
            return
        if question.kind is not Kind.TEXT:
            self._give(ev.Give(question.id, event.text))
            return
        written = self._draft_of(question)
        text = f"{written}\n{event.text}" if isinstance(written, str) else event.text
        try:
            value = read_text(text)
        except InputError as error:
            self._refuse(question, error)
            return
        self._draft_text(question, value)
        self._look_for_danger_in_draft()
        self._say_where_we_are()

    def _look_for_danger_in_draft(self) -> None:
        """Say whom to call, and keep it, as soon as a mother writes words that may mean danger."""
        draft = self.interview.draft
        if draft is None or draft.danger or not self._is_hers():
            return
        if self.lexicon.has_danger_words(str(draft.value), self.interview.language):
            self._change(draft=replace(draft, danger=True))
            self._record("danger_words", question=draft.question)
            self.utterances.append(_screen(Screen.NOTICE, *self._whom_to_call()))

    def _draft_text(self, question: Question, text: str) -> bool:
        """Keep a text as a draft without what could identify; whether anything was taken out."""
        guarded = guard(text)
        if guarded.found:
            kinds = [item.id for item in guarded.found]
            self._record("input_masked", question=question.id, kinds=kinds)
            self._problem(message("input.identifying", found=guarded.found))
        before = self.interview.draft
        if before is None or before.question != question.id:
            before = Draft(question.id, "")
        masked = bool(guarded.found) or before.masked
        danger = before.danger
        self._change(draft=Draft(question.id, guarded.masked, masked=masked, danger=danger))
        return bool(guarded.found)

    def _rewrite(self, event: ev.Rewrite) -> None:
        question = self._asked(event.question)
        if question is None:
            return
        self._change(draft=None)
        self._say_where_we_are()

    def _mark(self, event: ev.Mark) -> None:
        question = self._asked(event.question)
        if question is None:
            return
        offered = question.offered(walk(self.protocol, self.interview).values)
        if question.kind is not Kind.MULTI_CHOICE or event.code not in offered:
            raise NotPossibleError(f"mark {event.code}")
        before = self._draft_of(question)
        marked = {code for code in before or () if code in offered} ^ {event.code}
        if event.code in marked:
            # "None of these" and anything else exclude each other.
            alone = event.code == NONE_OF_THESE
            marked = {event.code} if alone else marked - {NONE_OF_THESE}
        self._change(draft=Draft(question.id, tuple(code for code in offered if code in marked)))
        self._say_where_we_are()

    def _done(self, event: ev.Done) -> None:
        question = self._asked(event.question)
        if question is None:
            return
        draft = self._draft_of(question)
        if not draft:
            self._refuse(question, InputError(message("input.nothing_yet")))
            return
        self._give(ev.Give(question.id, draft))

    def _draft_of(self, question: Question) -> str | tuple[str, ...] | None:
        """Return what was written or marked; marking begins with the earlier answer."""
        draft = self.interview.draft
        if draft is not None and draft.question == question.id:
            return draft.value
        earlier = self.interview.answers.get(question.id)
        if question.kind is Kind.MULTI_CHOICE and earlier and earlier.how is How.GIVEN:
            return earlier.value if self._can_keep(question, earlier) else None
        return None

    def _refuse(self, question: Question, error: InputError) -> None:
        self._record("input_refused", question=question.id, problem=error.problem.id)
        self._problem(error.problem)
        self._say_where_we_are()

    def _answer(self, question_id: str, how: How) -> None:
        question = self._asked(question_id)
        if question is None:
            return
        if question.required:
            self._refuse(question, InputError(message("input.required")))
            return
        self._take_answer(question, how, "")

    def _keep(self, event: ev.Keep) -> None:
        question = self._asked(event.question)
        if question is None:
            return
        offered = self.interview.answers.get(question.id)
        if offered is None or not self._can_keep(question, offered):
            raise NotPossibleError("nothing to keep")
        self._change(looking_at=None)
        standing = replace(offered, set_aside=False, asked=question.fingerprint)
        if _is_danger(question, offered):
            self._store(question, standing)
            return
        self._record("kept", question=question.id, **_plain(offered))
        self._put(question, standing)
        self._go_on()

    def _back(self, _: ev.Back) -> None:
        if self.interview.state == IN_REVIEW:
            self._trigger("take_back")
            self._record("taken_back")
            self._say_where_we_are()
            return
        if self.interview.state == CONFIRMING:
            self._cancel(ev.Cancel())
            return
        path = walk(self.protocol, self.interview)
        at_question = self._is_asking()
        earlier = path.before(current_question(path, self.interview) if at_question else None)
        if earlier is None or not self.interview.accepted:
            self._notice(message("conversation.no_way_back"))
            self._say_where_we_are()
            return
        self._record("went_back", question=earlier.id)
        self._look_at(earlier)

    def _edit(self, event: ev.Edit) -> None:
        path = walk(self.protocol, self.interview)
        question = next((item for item in path.questions if item.id == event.question), None)
        if question is None or not self.interview.accepted:
            raise NotPossibleError(f"edit {event.question}")
        if self.interview.state == CONFIRMING:
            self._change(pending=None)
        self._record("edit_begun", question=question.id)
        self._look_at(question)

    def _look_at(self, question: Question) -> None:
        # A therapist who looks at an answer has read the numbers.
        danger = self.interview.danger and self._is_hers()
        self._change(looking_at=question.id, danger=danger)
        self._trigger("proceed")
        self._say_question()

    def _confirm(self, event: ev.Confirm) -> None:
        if self._overtaken(event.shown):
            return
        pending = self.interview.pending
        if self.interview.state != CONFIRMING or pending is None:
            raise NotPossibleError("confirm")
        self._change(pending=None, looking_at=None)
        self._store(self.protocol.by_id[pending.question], pending.answer)

    def _cancel(self, event: ev.Cancel) -> None:
        if self._overtaken(event.shown):
            return
        if self.interview.state != CONFIRMING:
            raise NotPossibleError("cancel")
        self._record("change_cancelled")
        self._change(pending=None, looking_at=None)
        self._go_on()

    def _must_move(self) -> bool:
        """Whether the interview is to go on, and was begun under another version."""
        with_others = self.interview.state in (IN_REVIEW, HANDED_OVER, *ENDED)
        return is_outdated(self.protocol, self.interview) and not with_others

    def _leave_a_section_that_is_gone(self) -> None:
        """An earlier version may have asked in a section that the machine no longer has."""
        _, _, section = self.interview.state.partition(SEPARATOR)
        if section and section not in self.protocol.sections:
            self._change(state=PAUSED)

    def _move(self, event: ev.Move) -> None:
        if not self._must_move():
            raise NotPossibleError("move")
        if self._overtaken(event.shown):
            return
        before = self.interview
        move = plan_move(self.protocol, before)
        self.interview = replace(move.interview, state=PAUSED)
        self._record(
            "moved",
            before={"version": before.protocol_version, "hash": before.protocol_hash},
            after={"version": self.protocol.version, "hash": self.protocol.hash},
            carried=list(move.carried),
            ask_again=list(move.ask_again),
            gone=list(move.gone),
        )
        self._trigger("resume")
        self._say_where_we_are()

    def _why(self, _: ev.Why) -> None:
        if not self._is_asking():
            raise NotPossibleError("why")
        question = self._current()
        self.utterances.append(self._why_screen(question))
        self._say_question()

    def _explain(self, event: ev.Explain) -> None:
        if self.interview.state != PROPOSED or event.part not in (
            *EXPLAINED_PARTS,
            SOURCES_PART,
        ):
            raise NotPossibleError(f"explain {event.part}")
        if event.part == SOURCES_PART:
            lines = tell_sources(merge(self.protocol, self.interview, self.beside))
        else:
            explanation = self.protocol.explain_proposal(self._proposal())
            lines = tell_part(self.protocol, explanation, event.part)
        self.utterances.append(Utterance(Screen.EXPLAINED, lines, data={"part": event.part}))

    def _summarise(self, _: ev.Summarise) -> None:
        if not self.interview.accepted:
            raise NotPossibleError("summary")
        if self.interview.state == CHECKING:
            # What was answered is for whoever said that it is safe.
            self._say_where_we_are()
            return
        self.utterances.append(self._summary_screen(final=False))

    def _pause(self, event: ev.Pause) -> None:
        if self.interview.state != PAUSED:
            self._trigger("pause")
            because = {"because": event.because} if event.because else {}
            self._record("paused", **because)
        self._paused_for(event.because)
        self._unchecked()
        self.utterances.append(self._paused_screen(event.because))

    def _paused_for(self, because: str) -> None:
        # Why it was not safe, or too much, holds until she has said that it is safe.
        stays = self.interview.paused_for in ev.UNSAFE_PAUSES and not self.interview.checked
        if not stays or because in ev.UNSAFE_PAUSES:
            self._change(paused_for=because)

    def _unchecked(self) -> None:
        """Who is there and whether it is safe is asked again after every pause."""
        self._change(company="", checked=False, wanted="")

    def _paused_screen(self, because: str) -> Utterance:
        voice = ".mother" if self._is_hers() else ""
        # The first line says nothing: it may show in a preview.
        lines = [Line(message(f"conversation.paused{voice}"), "important")]
        # Where somebody may be reading along, why and whom to call is a tap away.
        read_along = because in ev.WATCHED_PAUSES
        if because and not read_along:
            lines.append(Line(message(f"conversation.paused.{because}")))
        if because == "too_much" or (self.interview.danger and not read_along):
            lines.extend(Line(text) for text in self.protocol.crisis_lines)
        return Utterance(
            Screen.PAUSED,
            tuple(lines),
            data={
                "case": self.interview.case,
                "because": because,
                "respondent": self.interview.respondent,
            },
        )

    def _leave(self, _: ev.Leave) -> None:
        if self.interview.state not in (PAUSED, IN_REVIEW, *ENDED):
            self._trigger("pause")
            # The same record as a pause: why someone left at once is nobody's to read.
            self._record("paused")
            self._paused_for("")
        self._unchecked()
        self.utterances.append(_screen(Screen.LEFT, Line(message("conversation.left"))))

    def _stop(self, _: ev.Stop) -> None:
        self._trigger("stop")
        self._record("stopped")
        self._say_ended()

    def _submit(self, _: ev.Submit) -> None:
        self._trigger("submit")
        # What is reviewed is what both know now, also where the mother said something since.
        self._keep_proposal(self._proposal())
        self._change(comments=())
        self._record("submitted")
        self._say_where_we_are()

    def _reviewed(self, event: ev.Reviewed) -> None:
        match event.verdict:
            case "signed_off":
                self._trigger("sign_off")
            case "returned" if event.comments:
                self._trigger("send_back")
                self._change(confirmed=False, comments=event.comments)
            case "disagreed" if self.interview.state == IN_REVIEW:
                pass  # its own order stands beside the proposal, and signs nothing off
            case _:
                raise NotPossibleError(f"verdict {event.verdict}")
        comments = [list(item) for item in event.comments]
        self._record("reviewed", verdict=event.verdict, comments=comments)
        self._say_where_we_are()

    # --- answers ----------------------------------------------------------------------------------

    def _asked(self, question_id: str) -> Question | None:
        """Return the question if it is the one that is asked now; else say which one is.

        An answer to another question is an old button or a message that came late: it is not taken
        for an answer to the present one.
        """
        if self._is_asking():
            question = self._current()
            if question.id == question_id:
                return question
        known = self.protocol.by_id.get(question_id)
        if known is not None and self.interview.respondent not in known.respondents:
            known = None  # somebody else's question is not named
        path = walk(self.protocol, self.interview)
        self.utterances.append(
            Utterance(
                Screen.PROBLEM,
                (
                    Line(
                        message("conversation.other_question", question=known.short)
                        if known
                        else message("conversation.not_possible_now")
                    ),
                ),
                # What was answered there can be looked at again.
                data={"edit": question_id} if question_id in path.standing else {},
            )
        )
        self._say_where_we_are()
        return None

    def _read(
        self, question: Question, value: str | tuple[str, ...], path: Path
    ) -> str | tuple[str, ...]:
        """Check an answer; raises InputError, with a text that says what to do next."""
        if question.kind is Kind.MULTI_CHOICE:
            return _read_codes(question, value, path)
        if isinstance(value, tuple):
            if len(value) != 1:
                raise InputError(message("input.one_choice"))
            value = value[0]
        match question.kind:
            case Kind.CHOICE:
                if value not in question.offered(path.values):
                    raise InputError(message("input.choice"))
                return value
            case Kind.NUMBER:
                return read_number(value, question.low, question.high, question.decimals)
            case Kind.AGE:
                return read_age(value, question.high, self.lexicon)
            case Kind.DATE:
                return read_date(value, self.now.date())
        return read_text(value)

    def _take_answer(self, question: Question, how: How, value: str | tuple[str, ...]) -> None:
        answer = Answer(
            how,
            value,
            self.now,
            self.interview.language,
            asked=question.fingerprint,
            by=self.by,
            said=self._danger_she_told(question, value) if self.by else "",
        )
        if self._needs_confirming(question, answer):
            self._change(pending=Pending(question.id, answer))
            self._trigger("weigh")
            self._record("consequences_shown", question=question.id)
            self.utterances.append(self._consequences_screen())
            return
        self._change(looking_at=None)
        self._store(question, answer)

    def _danger_she_told(self, question: Question, value: str | tuple[str, ...]) -> str:
        """Return a mother's own answer that there is danger, where another is written down now."""
        before = self.interview.answers.get(question.id)
        if before is None or not question.danger or value == question.danger:
            return ""
        told = before.said or ("" if before.by else before.value)
        return question.danger if told == question.danger else ""

    def _needs_confirming(self, question: Question, answer: Answer) -> bool:
        """Whether the answer changes an earlier one in a way that costs answers or the order."""
        path = walk(self.protocol, self.interview)
        standing = path.standing.get(question.id)
        if standing is None or standing.same_as(answer) or _is_danger(question, answer):
            return False
        what = consequences(self.protocol, self.interview, question, answer, self.beside)
        return bool(what.set_aside) or what.order_changes or what.verdict_changes

    def _store(self, question: Question, answer: Answer) -> None:
        self._record("answered", question=question.id, **_plain(answer))
        self._put(question, answer)
        if question.section != CLOSING:
            self._change(confirmed=False)
        if _is_danger(question, answer):
            self._change(danger=True)
            self._trigger("meet_danger")
            self._record("danger_shown")
            self._say_where_we_are()
            return
        if self._may_mean_danger(question, answer):
            self._record("danger_words", question=question.id)
            self._ask_danger_again()
        self._go_on()

    def _ask_danger_again(self) -> None:
        self._notice(message("danger.words"))
        self._change(looking_at=DANGER, draft=Draft(DANGER, (), danger=True))

    def _may_mean_danger(self, question: Question, answer: Answer) -> bool:
        """Whether a text has words that may mean danger, and danger was not told already."""
        if question.kind is not Kind.TEXT or answer.how is not How.GIVEN:
            return False
        asked = self.protocol.by_id[DANGER]
        told = self.interview.answers.get(asked.id)
        known = told is not None and _is_danger(asked, told)
        return not known and self.lexicon.has_danger_words(
            str(answer.value), self.interview.language
        )

    def _put(self, question: Question, answer: Answer) -> None:
        self._change(answers={**self.interview.answers, question.id: answer}, draft=None)
        self._settle()

    def _settle(self) -> None:
        self.interview, gone = settled(self.protocol, self.interview)
        if gone:
            self._record("set_aside", questions=list(gone))

    def _can_keep(self, question: Question, offered: Answer) -> bool:
        draft = self.interview.draft
        if draft is not None and draft.question == question.id == DANGER and draft.danger:
            # After words that may mean danger an earlier "no" has to be said again.
            return _is_danger(question, offered)
        path = walk(self.protocol, self.interview)
        if offered.how is not How.GIVEN:
            return True
        codes = offered.value if isinstance(offered.value, tuple) else (offered.value,)
        return question.kind not in (Kind.CHOICE, Kind.MULTI_CHOICE) or all(
            code in question.offered(path.values) for code in codes
        )

    # --- the machine ------------------------------------------------------------------------------

    def _stage(self) -> str:
        """Say where the answers call for the conversation to be."""
        interview = self.interview
        if interview.danger:
            return IN_DANGER
        if self._is_hers() and not self.by and not interview.checked:
            return CHECKING
        if not interview.accepted or (self._is_hers() and _consent_is_old(interview, self.by)):
            return EXPLAINING
        if interview.pending is not None:
            return CONFIRMING
        question = current_question(walk(self.protocol, interview), interview)
        if question is not None:
            return f"{ASKING}{SEPARATOR}{question.section}"
        if not interview.confirmed:
            return SUMMARY
        return PROPOSED if interview.respondent == THERAPIST else HANDED_OVER

    def _trigger(self, name: str) -> None:
        state = trigger(self.protocol.sections, self.interview.state, self._stage(), name)
        self._change(state=state)

    def _go_on(self) -> None:
        self._trigger("proceed")
        if self.interview.state == HANDED_OVER:
            self._unchecked()  # she may come back at any time, and not alone
        self._say_where_we_are()

    def _is_asking(self) -> bool:
        return self.interview.state.startswith(ASKING)

    def _current(self) -> Question:
        question = current_question(walk(self.protocol, self.interview), self.interview)
        if question is None:
            raise NotPossibleError("no question is open")
        return question

    # --- what is said -----------------------------------------------------------------------------

    def say_where_we_are(self) -> None:
        if self.interview.state == PAUSED and not self._must_move():
            self.utterances.append(self._paused_screen(self.interview.paused_for))
        else:
            self._say_where_we_are()

    def _say_where_we_are(self) -> None:
        if self.interview.state == CHECKING and self.by:
            self._trigger("proceed")  # whoever writes it down is with her
        state = self.interview.state
        if self._must_move():
            self.utterances.append(self._moving_screen())
        elif self._is_asking():
            self._say_question()
        elif state == CHOOSING_LANGUAGE:
            self.utterances.append(
                _screen(Screen.LANGUAGES, Line(message("conversation.language")))
            )
        elif state == CHECKING:
            self.utterances.append(check_screen(self.interview))
        elif state == EXPLAINING:
            self.utterances.append(self._explanation_screen())
        elif state == CONFIRMING:
            self.utterances.append(self._consequences_screen())
        elif state == IN_DANGER:
            self.utterances.append(self._danger_screen())
        elif state == SUMMARY:
            self.utterances.append(self._summary_screen(final=True))
        elif state == PROPOSED:
            self._say_proposal()
        elif state == PAUSED:
            self.utterances.append(self._paused_screen(""))
        elif state in (IN_REVIEW, HANDED_OVER):
            line = Line(message(f"conversation.{state}", case=self.interview.case))
            data = {"take_back": state == IN_REVIEW, "plan": bool(self.interview.plan)}
            self.utterances.append(Utterance(Screen.ENDED, (line,), data=data))
        else:
            self._say_ended()

    def _say_ended(self) -> None:
        state = SIGNED_OFF if self.interview.state == SIGNED_OFF else "stopped"
        # What she reads holds no code: it may stay on her phone.
        text = (
            message("conversation.stopped.mother")
            if state == "stopped" and self._is_hers()
            else message(f"conversation.{state}", case=self.interview.case)
        )
        self.utterances.append(_screen(Screen.ENDED, Line(text)))

    def _say_question(self) -> None:
        question = self._current()
        path = walk(self.protocol, self.interview)
        respondent = self.interview.respondent
        place, about = path.progress(question)
        lines = [
            Line(
                message(
                    "conversation.progress",
                    section=section_message(question.section, respondent),
                    place=place,
                    total=about,
                ),
                "detail",
            ),
            Line(question.text(respondent), "important"),
        ]
        offered = self.interview.answers.get(question.id)
        keepable = offered is not None and self._can_keep(question, offered)
        if offered is not None and keepable:
            lines.append(
                Line(
                    message(
                        "conversation.earlier_answer",
                        answer=answer_message(question, offered, respondent),
                    )
                )
            )
        draft = self._draft_of(question)
        masked = self.interview.draft is not None and self.interview.draft.masked
        if isinstance(draft, str):
            said = "conversation.draft_masked" if masked else "conversation.draft"
            lines.append(Line(message(said, text=draft)))
        options = tuple(
            Option(code, question.choice_label(code, respondent))
            for code in question.offered(path.values)
        )
        self.utterances.append(
            Utterance(
                Screen.QUESTION,
                tuple(lines),
                options,
                {
                    "question": question.id,
                    "section": question.section,
                    "respondent": respondent,
                    "kind": str(question.kind),
                    "place": place,
                    "total": about,
                    "keep": keepable,
                    "draft": list(draft) if isinstance(draft, tuple) else draft,
                    "masked": masked and isinstance(draft, str),
                    "required": question.required,
                    "back": path.before(question) is not None,
                },
            )
        )

    def _why_screen(self, question: Question) -> Utterance:
        if self.interview.respondent == MOTHER:
            return _screen(Screen.WHY, Line(message("conversation.why_mother")))
        fed = [rule.id for rule in self.protocol.rules_fed_by(question)]
        lines = [Line(question.why)]
        if fed:
            lines.append(Line(message("conversation.why_rules", rules=", ".join(fed)), "detail"))
        elif not question.passages:
            lines.append(Line(message("conversation.why_ours"), "detail"))
        lines.extend(Line(source_line(self.protocol, name), "item") for name in question.passages)
        return Utterance(Screen.WHY, tuple(lines))

    def _explanation_screen(self) -> Utterance:
        respondent = self.interview.respondent
        lines = [Line(message(f"conversation.explanation.{respondent}.title"), "heading")]
        lines.extend(
            Line(message(f"conversation.explanation.{respondent}.{part}"), "item")
            for part in EXPLANATION_PARTS[respondent]
        )
        if respondent == THERAPIST:
            lines.append(Line(message(f"conversation.mode.{self.interview.mode}")))
        data = {"case": self.interview.case, "consent": respondent == MOTHER}
        return Utterance(Screen.EXPLANATION, tuple(lines), data=data)

    def _whom_to_call(self) -> tuple[Line, ...]:
        return tuple(Line(text, "important") for text in self.protocol.crisis_lines)

    def _danger_screen(self) -> Utterance:
        lines = [
            Line(message("danger.title"), "important"),
            Line(message("danger.body.mother" if self._is_hers() else "danger.body")),
            *self._whom_to_call(),
        ]
        therapist = self.interview.respondent == THERAPIST
        lines.append(Line(message("danger.professional" if therapist else "danger.mother")))
        data = {"go_on": therapist, "shown": mark(self.interview), "case": self.interview.case}
        return Utterance(Screen.DANGER, tuple(lines), data=data)

    def _consequences_screen(self) -> Utterance:
        pending = self.interview.pending
        if pending is None:
            raise NotPossibleError("nothing to weigh")
        question = self.protocol.by_id[pending.question]
        what = consequences(self.protocol, self.interview, question, pending.answer, self.beside)
        respondent = self.interview.respondent
        lines = [
            Line(
                message(
                    "conversation.change",
                    question=question.short,
                    before=answer_message(
                        question, self.interview.answers[question.id], respondent
                    ),
                    after=answer_message(question, pending.answer, respondent),
                ),
                "important",
            )
        ]
        if what.set_aside:
            lines.append(Line(message("conversation.sets_aside", count=len(what.set_aside))))
            lines.extend(Line(self.protocol.by_id[name].short, "item") for name in what.set_aside)
        if what.new_questions:
            lines.append(Line(message("conversation.new_questions", count=len(what.new_questions))))
        if respondent == THERAPIST:
            if what.order_changes:
                lines.append(
                    Line(
                        message(
                            "conversation.order_becomes",
                            order=order_line(
                                message(f"component_short.{name}") for name in what.order
                            ),
                        )
                    )
                )
            elif what.verdict_changes:
                lines.append(
                    Line(
                        message(
                            "conversation.verdict_becomes",
                            verdict=message(f"verdict.{what.verdict}"),
                        )
                    )
                )
            elif what.new_questions:
                lines.append(Line(message("conversation.order_may_change")))
        return Utterance(
            Screen.CONSEQUENCES,
            tuple(lines),
            data={"set_aside": list(what.set_aside), "shown": mark(self.interview)},
        )

    def _moving_screen(self) -> Utterance:
        move = plan_move(self.protocol, self.interview)
        therapist = self.interview.respondent == THERAPIST
        title = message("moving.title.mother")
        if therapist:
            title = message(
                "moving.title",
                before=self.interview.protocol_version,
                after=self.protocol.version,
            )
        lines = [
            Line(title, "important"),
            Line(message("moving.carried", count=len(move.carried))),
        ]
        if move.ask_again:
            lines.append(Line(message("moving.ask_again", count=len(move.ask_again))))
            lines.extend(Line(self.protocol.by_id[name].short, "item") for name in move.ask_again)
        if move.gone:
            lines.append(Line(message("moving.gone", count=len(move.gone))))
        if therapist:
            lines.append(Line(_order_after(move)))
            lines.append(Line(message("moving.proposals_stay"), "detail"))
        return Utterance(Screen.MOVING, tuple(lines), data={"shown": mark(self.interview)})

    def _summary_screen(self, *, final: bool) -> Utterance:
        path = walk(self.protocol, self.interview)
        respondent = self.interview.respondent
        lines = [*self._comment_lines(), Line(message("conversation.summary.title"), "heading")]
        rows: list[str] = []
        section = ""
        for question in path.questions:
            answer = path.standing.get(question.id)
            if answer is None:
                continue
            if question.section != section:
                section = question.section
                lines.append(Line(section_message(section, respondent), "detail"))
            rows.append(question.id)
            lines.append(
                Line(
                    message(
                        "conversation.summary.row",
                        number=len(rows),
                        question=question.short,
                        answer=answer_message(question, answer, respondent),
                    ),
                    "item",
                )
            )
        shown = {question.id for question in path.questions}
        kept = [
            self.protocol.by_id[name].short
            for name, answer in self.interview.answers.items()
            if answer.set_aside and name in self.protocol.by_id and name not in shown
        ]
        if kept:
            lines.append(
                Line(message("conversation.summary.set_aside", count=len(kept), names=tuple(kept)))
            )
        if not rows:
            lines.append(Line(message("conversation.summary.empty")))
        if final and path.needless and respondent == THERAPIST:
            lines.append(Line(message("conversation.summary.needless", count=len(path.needless))))
        return Utterance(
            Screen.SUMMARY,
            tuple(lines),
            data={
                "rows": rows,
                "final": final,
                "shown": mark(self.interview),
                "respondent": respondent,
            },
        )

    def _comment_lines(self) -> list[Line]:
        """What a supervisor wrote when the intake was returned."""
        if not self.interview.comments:
            return []
        lines = [Line(message("review.returned"), "important")]
        for name, text in self.interview.comments:
            question = self.protocol.by_id.get(name)
            said = (
                message("review.on_the_whole", text=text)
                if question is None
                else message("review.on_a_question", question=question.short, text=text)
            )
            lines.append(Line(said, "item"))
        return lines

    def _proposal(self) -> Proposal:
        return propose(self.protocol, self.interview, self.beside)

    def _keep_proposal(self, proposal: Proposal) -> None:
        merged = merge(self.protocol, self.interview, self.beside)
        own = {name: str(answer.value) for name, answer in self._own().items()}
        sources = tuple(source.to_data() for source in merged.sources)
        self.effects.append(ProposalMade(proposal, sources, own))

    def _own(self) -> dict[str, Answer]:
        """What the therapist put beside the proposal, which stays as it is."""
        standing = walk(self.protocol, self.interview).standing
        given = {name: standing[name] for name in OWN if name in standing}
        return {name: answer for name, answer in given.items() if answer.how is How.GIVEN}

    def _say_proposal(self) -> None:
        proposal = self._proposal()
        decision = proposal.decision
        self._change(proposed={"verdict": decision.verdict, "order": list(decision.order)})
        self._keep_proposal(proposal)
        self.utterances.append(
            Utterance(
                Screen.PROPOSAL,
                (*tell(self.protocol, proposal), *own_lines(self.protocol, self._own())),
                data={"hash": proposal.hash},
            )
        )

    def _notice(self, text: Message) -> None:
        self.utterances.append(_screen(Screen.NOTICE, Line(text)))

    def _problem(self, text: Message) -> None:
        self.utterances.append(_screen(Screen.PROBLEM, Line(text)))

    # --- small things -----------------------------------------------------------------------------

    def _change(self, **changes: Any) -> None:
        self.interview = replace(self.interview, **changes)

    def _record(self, kind: str, **data: Any) -> None:
        self.effects.append(Record(kind, data))


_WITHOUT_MOVING = (
    *(ev.Move, ev.ChooseLanguage, ev.Pause, ev.TooMuch, ev.Leave, ev.Stop),
    *(ev.LetGoOn, ev.SharePlan, ev.ShowPlan),
)
"""What can be done with an interview of another version before it is moved."""

_AFTER_THE_END = (ev.ChooseLanguage, ev.Leave, ev.LetGoOn, ev.DangerWords)
"""What can be done with an interview that has ended: whoever stopped may be in danger still."""

_LEAVES_PAUSED = (
    *(ev.Show, ev.ChooseLanguage, ev.ChangeMode, ev.Move),
    *(ev.Pause, ev.TooMuch, ev.Leave, ev.Stop, ev.LetGoOn, ev.SharePlan, ev.ShowPlan),
)
"""What does not by itself wake a paused interview; anything else is someone answering."""

EXPLANATION_PARTS = {
    THERAPIST: ("what", "not_a_decision", "skip", "nothing_identifying", "stop"),
    MOTHER: (
        *("what", "who_reads", "not_a_decision", "skip"),
        *("nothing_identifying", "phone", "stop", "consent"),
    ),
}

DANGER = "acute_unsafety"
"""The question about danger now; a yes comes before everything else."""
CLOSING = "closing"
"""The section of what a therapist adds to the proposal; nothing in it changes the proposal."""
OWN = ("own_view", "override_order", "override_reason")


def section_message(section: str, respondent: str) -> Message:
    """Name a section, to the mother in words about herself."""
    return message(f"section.{section}" + (".mother" if respondent == MOTHER else ""))


def _consent_is_old(interview: Interview, by: str) -> bool:
    """Whether a mother has to be asked: what she said yes to has changed since, or somebody wrote
    her yes down and now she answers herself."""
    consent = interview.consent
    if consent is None or consent["text"] != CONSENT_TEXT:
        return True
    return bool(consent.get("by")) and not by


def _name_of(event: ev.Event) -> str:
    """Name what is asked for, to be done once a mother has said that it is safe."""
    match event:
        case ev.ShowPlan():
            return "plan"
        case ev.Summarise() | ev.Back():
            return "summary"
        case ev.Edit(question):
            return f"edit:{question}"
    return ""


def _wanted(name: str) -> ev.Event | None:
    """Return what was asked for by its name."""
    what, _, question = name.partition(":")
    match what:
        case "plan":
            return ev.ShowPlan()
        case "summary":
            return ev.Summarise()
        case "edit":
            return ev.Edit(question)
    return None


@dataclass(frozen=True, slots=True)
class Consequences:
    """What changing one earlier answer would do."""

    set_aside: tuple[str, ...]
    new_questions: tuple[str, ...]
    order: tuple[str, ...]
    verdict: str
    order_changes: bool
    verdict_changes: bool


def consequences(
    protocol: Protocol,
    interview: Interview,
    question: Question,
    answer: Answer,
    beside: Interview | None = None,
) -> Consequences:
    """Return what the answer would set aside, ask anew, and do to order and verdict.

    Order and verdict are compared on the answers as they stand; before the summary was reached
    there is no order yet that could change.
    """
    path = walk(protocol, interview)
    changed, gone = settled(
        protocol, replace(interview, answers={**interview.answers, question.id: answer})
    )
    after = walk(protocol, changed)
    known = {*path.waiting, *path.standing}
    before_proposal = propose(protocol, interview, beside).decision
    after_proposal = propose(protocol, changed, beside).decision
    had_order = path.next is None
    return Consequences(
        set_aside=tuple(name for name in gone if name != question.id),
        new_questions=tuple(name for name in after.waiting if name not in known),
        order=after_proposal.order,
        verdict=after_proposal.verdict,
        order_changes=had_order and before_proposal.order != after_proposal.order,
        verdict_changes=had_order
        and (before_proposal.verdict, before_proposal.verdict_reason)
        != (after_proposal.verdict, after_proposal.verdict_reason),
    )


def _order_after(move: Move) -> Message:
    """Say what the answers that stand give under the new rules, beside the last proposal."""
    verdict, order = move.after
    after = message(
        "proposal.pivot_later" if verdict == "not_yet" else "proposal.pivot_result",
        verdict=message(f"verdict.{verdict}"),
        order=short_order(order),
    )
    if move.before is None:
        return message("moving.order", after=after)
    if move.before == move.after:
        return message("moving.order_same", after=after)
    return message("moving.order_changes", before=short_order(move.before[1]), after=after)


def mark(interview: Interview) -> str:
    """Return a short mark of what is answered and what waits for a yes.

    It goes with a screen and comes back with its confirmation, so that nobody confirms what
    somebody else put there in the meantime.
    """
    data = interview.to_data()
    return sha256(canonical([data["answers"], data["pending"]])).hexdigest()[:16]


def _read_codes(question: Question, value: str | tuple[str, ...], path: Path) -> tuple[str, ...]:
    codes = value if isinstance(value, tuple) else (value,)
    offered = question.offered(path.values)
    if not codes or any(code not in offered for code in codes):
        raise InputError(message("input.choices"))
    if NONE_OF_THESE in codes and len(set(codes)) > 1:
        raise InputError(message("input.none_excludes"))
    return tuple(code for code in offered if code in codes)


def _is_danger(question: Question, answer: Answer) -> bool:
    """Whether someone is in danger now; then nothing comes before saying whom to call."""
    return question.id == DANGER and answer.value == YES


def _plain(answer: Answer) -> dict[str, Any]:
    data = answer.to_data()
    return {name: data[name] for name in ("how", "value", "language")}


def _screen(screen: Screen, *lines: Line) -> Utterance:
    return Utterance(screen, lines)


def message_ids(protocol: Protocol) -> Iterator[str]:
    """Give the catalogue keys that the conversation makes from codes."""
    for respondent in (THERAPIST, MOTHER):
        yield f"conversation.explanation.{respondent}.title"
        for part in EXPLANATION_PARTS[respondent]:
            yield f"conversation.explanation.{respondent}.{part}"
    for reason in ev.PAUSE_REASONS:
        if reason not in ev.WATCHED_PAUSES:
            yield f"conversation.paused.{reason}"
    for name in OWN:
        yield f"proposal.{name}"
    yield from ("conversation.paused", "conversation.paused.mother")
    yield from ("conversation.draft", "conversation.draft_masked")
    for section in {question.section for question in asked_of(protocol, MOTHER, "full")}:
        yield section_message(section, MOTHER).id
    yield from mothers_ids()
    yield from sources_ids()
    for mode in MODES:
        yield f"conversation.mode.{mode}"
    for state in (IN_REVIEW, HANDED_OVER, SIGNED_OFF, "stopped"):
        yield f"conversation.{state}"
    for component in COMPONENTS:
        yield f"component_short.{component}"
    for question in asked_of(protocol, THERAPIST, "full"):
        yield question.short.id
