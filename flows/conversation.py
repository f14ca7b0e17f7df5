"""The conversation: one pure function drives every channel, every test and every replay."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from hashlib import sha256
from typing import Any

from flows import events as ev
from flows.conditions import YES
from flows.data import canonical
from flows.facts import COMPONENTS
from flows.identifying import identifying
from flows.inputs import InputError, read_age, read_date, read_number, read_text
from flows.interview import (
    Answer,
    Draft,
    How,
    Interview,
    Path,
    Pending,
    asked_of,
    current_question,
    settled,
    still_to_collect,
    walk,
)
from flows.machine import (
    ASKING,
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
from flows.messages import Message, age, message
from flows.moving import Move, is_outdated, plan_move
from flows.proposal import Proposal
from flows.protocol import Protocol
from flows.questions import MODES, MOTHER, NONE_OF_THESE, THERAPIST, Kind, Question
from flows.telling import order_line, short_order, source_line, tell
from flows.telling_why import EXPLAINED_PARTS, tell_part
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


def advance(protocol: Protocol, interview: Interview, event: ev.Event, now: datetime) -> Outcome:
    """Apply one event.

    Never raises for what a person does: an event that is not possible where the conversation stands
    leaves it as it is and says what is. `now` must know its time zone.
    """
    turn = _Turn(protocol, interview, now)
    turn.take(event)
    return Outcome(turn.interview, tuple(turn.utterances), tuple(turn.effects))


def propose(protocol: Protocol, interview: Interview) -> Proposal:
    """Return the proposal for the answers as they stand."""
    return protocol.propose_from(
        walk(protocol, interview).values, still_to_collect(protocol, interview)
    )


@dataclass(slots=True)
class _Turn:
    """One event being applied."""

    protocol: Protocol
    interview: Interview
    now: datetime
    utterances: list[Utterance] = field(default_factory=list)
    effects: list[Effect] = field(default_factory=list)

    # --- events -----------------------------------------------------------------------------------

    def take(self, event: ev.Event) -> None:
        if self.interview.state in ENDED and not isinstance(event, ev.ChooseLanguage | ev.Leave):
            self._say_ended()
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
            ev.Pause: self._pause,
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
        if self._overtaken(event.shown):
            return
        if state == EXPLAINING:
            self._change(accepted=True)
            self._record("accepted")
        elif state == SUMMARY:
            self._change(confirmed=True)
            self._record("summary_confirmed")
        elif state != IN_DANGER:
            raise NotPossibleError(f"proceed in {state}")
        self._go_on()

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
            value = self._read(question, text, walk(self.protocol, self.interview))
        except InputError as error:
            self._refuse(question, error)
            return
        self._change(draft=Draft(question.id, value))
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
        if question is not None:
            self._take_answer(question, how, "")

    def _keep(self, event: ev.Keep) -> None:
        question = self._asked(event.question)
        if question is None:
            return
        offered = self.interview.answers.get(question.id)
        if offered is None or not self._can_keep(question, offered):
            raise NotPossibleError("nothing to keep")
        self._record("kept", question=question.id, **_plain(offered))
        self._put(question, replace(offered, set_aside=False, asked=question.fingerprint))
        self._change(looking_at=None)
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
        self._change(looking_at=question.id)
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
        if self.interview.state != PROPOSED or event.part not in EXPLAINED_PARTS:
            raise NotPossibleError(f"explain {event.part}")
        explanation = self.protocol.explain_proposal(propose(self.protocol, self.interview))
        self.utterances.append(
            Utterance(
                Screen.EXPLAINED,
                tell_part(self.protocol, explanation, event.part),
                data={"part": event.part},
            )
        )

    def _summarise(self, _: ev.Summarise) -> None:
        if not self.interview.accepted:
            raise NotPossibleError("summary")
        self.utterances.append(self._summary_screen(final=False))

    def _pause(self, _: ev.Pause) -> None:
        if self.interview.state != PAUSED:
            self._trigger("pause")
            self._record("paused")
        self.utterances.append(
            Utterance(
                Screen.PAUSED,
                (Line(message("conversation.paused"), "important"),),
                data={"case": self.interview.case},
            )
        )

    def _leave(self, _: ev.Leave) -> None:
        if self.interview.state not in (PAUSED, IN_REVIEW, *ENDED):
            self._trigger("pause")
            # The same record as a pause: why someone left at once is nobody's to read.
            self._record("paused")
        self.utterances.append(_screen(Screen.LEFT, Line(message("conversation.left"))))

    def _stop(self, _: ev.Stop) -> None:
        self._trigger("stop")
        self._record("stopped")
        self._say_ended()

    def _submit(self, _: ev.Submit) -> None:
        self._trigger("submit")
        self._record("submitted")
        self._say_where_we_are()

    def _reviewed(self, event: ev.Reviewed) -> None:
        if event.verdict == "signed_off":
            self._trigger("sign_off")
        elif event.verdict == "returned":
            self._trigger("send_back")
            self._change(confirmed=False)
        else:
            raise NotPossibleError(f"verdict {event.verdict}")
        self._record("reviewed", verdict=event.verdict)
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
                return read_age(value, question.high)
            case Kind.DATE:
                return read_date(value, self.now.date())
        text = read_text(value)
        found = tuple(identifying(text))
        if found:
            raise InputError(message("input.identifying", found=found))
        return text

    def _take_answer(self, question: Question, how: How, value: str | tuple[str, ...]) -> None:
        answer = Answer(how, value, self.now, self.interview.language, asked=question.fingerprint)
        if self._needs_confirming(question, answer):
            self._change(pending=Pending(question.id, answer))
            self._trigger("weigh")
            self._record("consequences_shown", question=question.id)
            self.utterances.append(self._consequences_screen())
            return
        self._change(looking_at=None)
        self._store(question, answer)

    def _needs_confirming(self, question: Question, answer: Answer) -> bool:
        """Whether the answer changes an earlier one in a way that costs answers or the order."""
        path = walk(self.protocol, self.interview)
        standing = path.standing.get(question.id)
        if standing is None or standing.same_as(answer) or _is_danger(question, answer):
            return False
        what = consequences(self.protocol, self.interview, question, answer)
        return bool(what.set_aside) or what.order_changes or what.verdict_changes

    def _store(self, question: Question, answer: Answer) -> None:
        self._record("answered", question=question.id, **_plain(answer))
        self._put(question, answer)
        self._change(confirmed=False)
        if _is_danger(question, answer):
            self._trigger("meet_danger")
            self._record("danger_shown")
            self._say_where_we_are()
            return
        self._go_on()

    def _put(self, question: Question, answer: Answer) -> None:
        self._change(answers={**self.interview.answers, question.id: answer}, draft=None)
        self._settle()

    def _settle(self) -> None:
        self.interview, gone = settled(self.protocol, self.interview)
        if gone:
            self._record("set_aside", questions=list(gone))

    def _can_keep(self, question: Question, offered: Answer) -> bool:
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
        if not interview.accepted:
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
        self._say_where_we_are()

    def _is_asking(self) -> bool:
        return self.interview.state.startswith(ASKING)

    def _current(self) -> Question:
        question = current_question(walk(self.protocol, self.interview), self.interview)
        if question is None:
            raise NotPossibleError("no question is open")
        return question

    # --- what is said -----------------------------------------------------------------------------

    def _say_where_we_are(self) -> None:
        state = self.interview.state
        if self._must_move():
            self.utterances.append(self._moving_screen())
        elif self._is_asking():
            self._say_question()
        elif state == CHOOSING_LANGUAGE:
            self.utterances.append(
                _screen(Screen.LANGUAGES, Line(message("conversation.language")))
            )
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
            self._notice(message("conversation.paused"))
        elif state in (IN_REVIEW, HANDED_OVER):
            line = Line(message(f"conversation.{state}", case=self.interview.case))
            self.utterances.append(
                Utterance(Screen.ENDED, (line,), data={"take_back": state == IN_REVIEW})
            )
        else:
            self._say_ended()

    def _say_ended(self) -> None:
        state = SIGNED_OFF if self.interview.state == SIGNED_OFF else "stopped"
        self.utterances.append(
            _screen(Screen.ENDED, Line(message(f"conversation.{state}", case=self.interview.case)))
        )

    def _say_question(self) -> None:
        question = self._current()
        path = walk(self.protocol, self.interview)
        respondent = self.interview.respondent
        place, about = path.progress(question)
        lines = [
            Line(
                message(
                    "conversation.progress",
                    section=message(f"section.{question.section}"),
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
        if isinstance(draft, str):
            lines.append(Line(message("conversation.draft", text=draft)))
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
                    "kind": str(question.kind),
                    "place": place,
                    "total": about,
                    "keep": keepable,
                    "draft": list(draft) if isinstance(draft, tuple) else draft,
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
            for part in EXPLANATION_PARTS
        )
        if respondent == THERAPIST:
            lines.append(Line(message(f"conversation.mode.{self.interview.mode}")))
        return Utterance(Screen.EXPLANATION, tuple(lines), data={"case": self.interview.case})

    def _danger_screen(self) -> Utterance:
        lines = [
            Line(message("danger.title"), "important"),
            Line(message("danger.body")),
            *(Line(text, "important") for text in self.protocol.crisis_lines),
        ]
        if self.interview.respondent == THERAPIST:
            lines.append(Line(message("danger.professional")))
        return Utterance(Screen.DANGER, tuple(lines))

    def _consequences_screen(self) -> Utterance:
        pending = self.interview.pending
        if pending is None:
            raise NotPossibleError("nothing to weigh")
        question = self.protocol.by_id[pending.question]
        what = consequences(self.protocol, self.interview, question, pending.answer)
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
        lines = [Line(message("conversation.summary.title"), "heading")]
        rows: list[str] = []
        section = ""
        for question in path.questions:
            answer = path.standing.get(question.id)
            if answer is None:
                continue
            if question.section != section:
                section = question.section
                lines.append(Line(message(f"section.{section}"), "detail"))
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
            data={"rows": rows, "final": final, "shown": mark(self.interview)},
        )

    def _say_proposal(self) -> None:
        proposal = propose(self.protocol, self.interview)
        decision = proposal.decision
        self._change(proposed={"verdict": decision.verdict, "order": list(decision.order)})
        self.effects.append(ProposalMade(proposal))
        self.utterances.append(
            Utterance(Screen.PROPOSAL, tell(self.protocol, proposal), data={"hash": proposal.hash})
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


_WITHOUT_MOVING = (ev.Move, ev.ChooseLanguage, ev.Pause, ev.Leave, ev.Stop)
"""What can be done with an interview of another version before it is moved."""

_LEAVES_PAUSED = (ev.Show, ev.ChooseLanguage, ev.ChangeMode, ev.Move, ev.Pause, ev.Leave, ev.Stop)
"""What does not by itself wake a paused interview; anything else is someone answering."""

EXPLANATION_PARTS = ("what", "not_a_decision", "skip", "nothing_identifying", "stop")


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
    protocol: Protocol, interview: Interview, question: Question, answer: Answer
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
    before_proposal = propose(protocol, interview).decision
    after_proposal = propose(protocol, changed).decision
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


def answer_message(question: Question, answer: Answer, respondent: str = THERAPIST) -> Message:
    """Return an answer in words, for any language."""
    if answer.how is How.UNKNOWN:
        return message("value.unknown")
    if answer.how is How.SKIPPED:
        return message("value.skipped")
    if isinstance(answer.value, tuple):
        return message(
            "value.list",
            items=tuple(question.choice_label(code, respondent) for code in answer.value),
        )
    match question.kind:
        case Kind.CHOICE:
            return question.choice_label(answer.value, respondent)
        case Kind.AGE:
            return age(int(answer.value))
        case Kind.DATE:
            return message("value.date", date=date.fromisoformat(answer.value))
        case Kind.NUMBER:
            return message("value.number", number=answer.value)
    return message("value.text", text=answer.value)


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
    return question.id == "acute_unsafety" and answer.value == YES


def _plain(answer: Answer) -> dict[str, Any]:
    data = answer.to_data()
    return {name: data[name] for name in ("how", "value", "language")}


def _screen(screen: Screen, *lines: Line) -> Utterance:
    return Utterance(screen, lines)


def message_ids(protocol: Protocol) -> Iterator[str]:
    """Give the catalogue keys that the conversation makes from codes."""
    for respondent in (THERAPIST, MOTHER):
        yield f"conversation.explanation.{respondent}.title"
        for part in EXPLANATION_PARTS:
            yield f"conversation.explanation.{respondent}.{part}"
    for mode in MODES:
        yield f"conversation.mode.{mode}"
    for state in (IN_REVIEW, HANDED_OVER, SIGNED_OFF, "stopped"):
        yield f"conversation.{state}"
    for component in COMPONENTS:
        yield f"component_short.{component}"
    for question in asked_of(protocol, THERAPIST, "full"):
        yield question.short.id
