"""A mother's turn: her own questions, on her own phone or on her therapist's.

She answers only while her therapist is there. Whatever she does, leaving comes first.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from bot.being_there import URGENT, alert_of, at_questions, begins_anew, needs_somebody
from bot.leaving import is_exit, plain_word
from bot.service import Applied
from bot.telegram import actions as act
from bot.telegram.incoming import Did
from bot.telegram.pages import Page, Writer
from bot.telegram.turn import RETURN_DIGITS, Job, Turn, is_unreadable
from bot.telegram.view import HELP, HOME, INTERVIEW, LANGUAGES, NEUTRAL, REMINDER, REMINDERS, WORD
from flows import events as ev
from flows.conditions import YES
from flows.interview import Interview
from flows.machine import (
    ENDED,
    HANDED_OVER,
    IN_DANGER,
    IN_REVIEW,
    PAUSED,
)
from flows.messages import Message, message
from flows.utterances import Record
from locales import lexicon
from storage.errors import StorageError

SHORTEST_WORD: Final = 4
_COMMANDS: dict[str, ev.Event] = {
    "back": ev.Back(),
    "why": ev.Why(),
    "edit": ev.Summarise(),
    "pause": ev.Pause(),
}


def _may_be_digits(text: str) -> bool:
    """Whether this may be meant as the digits that give a lent phone back; an answer is not."""
    word = plain_word(text)
    return len(word) == RETURN_DIGITS and word.isdecimal()


class MotherTurn(Turn):
    """One update of somebody who answers a mother's questions."""

    given_back = False
    listens = False

    def finish(self) -> Job:
        """Keep what the screen shows now; a phone that was given back shows its owner's."""
        return self.desk.for_owner(self) if self.given_back else super().finish()

    # --- leaving, and coming back -----------------------------------------------------------------

    def take(self) -> Job:
        """Do what an update says; nothing but her word opens what she locked."""
        if not self._is_still_hers():
            if not self.view.lent:
                self._note_if_sent()
                return self.close()
            # Its owner's digits are what ends this, and nothing else.
            self.view = replace(self.view, locked=True)
        if self.view.locked:
            self._note_if_sent()
            if self.incoming.did is Did.TYPED:
                self._try_word(self.incoming.text)
                if self.view.locked and self._may_mean_danger(self.incoming.text):
                    # Whoever typed it sees nothing of it.
                    self._tell("danger_words_locked")
            if self.view.locked:
                self._go(NEUTRAL)
            return self.finish()
        self._stop_reminding()
        self._speak_her_language()
        return super().take()

    def _is_still_hers(self) -> bool:
        """Whether her interview is answered on this phone still, and not on another one."""
        if not self.view.interview:
            return False
        if self.view.lent:
            return self.transaction.therapist_of(self.view.lent) == self.chat.person_id
        record = self.transaction.interview(self.view.interview)
        return record.person_id == self.chat.person_id

    def close(self) -> Job:
        """Take everything off this phone; a lent one is opened by its owner's digits only."""
        word = self.view.word if self.view.lent else ""
        self.view = replace(self.view, page=NEUTRAL, locked=True, word=word, note=None)
        self.transaction.chats.remind_at(self.chat.id, None)
        return self.finish()

    def to_overview(self) -> Job:
        """Show nothing: her interview cannot be read any more."""
        self.said, self.up_to = None, 0
        return self.close()

    def _note_if_sent(self) -> None:
        if self.incoming.did is not Did.PRESSED:
            self.note_message()

    def _speak_her_language(self) -> None:
        """Somebody else may have read her questions in their own language meanwhile."""
        interview = self._interview()
        if self.view.language != interview.language and interview.state not in ENDED:
            page = self.view.page
            self._send(ev.ChooseLanguage(self.view.language))
            self.view = replace(self.view, page=page)

    def _try_word(self, text: str) -> None:
        if self.view.lent and not _may_be_digits(text):
            return  # no guess: what she writes must not keep its owner out
        if self._knows_the_word(text):
            self.unlock()

    def _knows_the_word(self, text: str) -> bool:
        """Whether this is the word that opens; after too many wrong ones nothing is for an hour."""
        people = self.transaction.people
        who = f"word:{self.chat.id}"
        if not self.view.word or not people.may_guess(who):
            return False
        if self._digest(plain_word(text)) == self.view.word:
            return True
        people.guessed_wrong(who)
        return False

    def unlock(self) -> None:
        """Open what was locked; who is there and whether it is safe is asked again."""
        if self.view.lent:
            # The word of a lent phone is its owner's.
            self._give_back()
            return
        self.view = replace(self.view, locked=False, page=INTERVIEW)
        self._send(ev.Show())

    def begin(self) -> None:
        """Begin on her own phone, in the language that was chosen for her; tell her therapist."""
        interview = self._interview()
        if begins_anew(interview):
            self._send(ev.Pause())
        self._send(ev.ChooseLanguage(self.view.language))
        self._send(ev.Show())
        self._tell("")

    def _give_back(self) -> None:
        self.view = replace(
            self.view,
            locked=False,
            lent="",
            word="",
            interview="",
            page=HOME,
            note=None,
            language=self.view.owner_language or self.view.language,
        )
        self.clear = True
        self.given_back = True
        self.transaction.people.note(
            "phone_returned", actor=self.chat.person_id, case=self.view.case or None
        )

    def leave(self) -> None:
        """Take everything off the screen and lock; her therapist is told."""
        if self._interview().state not in ENDED:
            self._send(ev.Leave())
        self.view = replace(self.view, page=NEUTRAL, locked=True, note=None)
        self.clear = True
        self.transaction.chats.remind_at(self.chat.id, None)
        self._tell("left")

    def _left(self) -> None:
        self.view = replace(self.view, page=NEUTRAL)

    # --- what she does ----------------------------------------------------------------------------

    def _interview(self) -> Interview:
        return self.service.look(self.transaction, self.view.interview)

    def _pressed_in_interview(
        self,
        event: ev.Event,
        action: str,  # noqa: ARG002 - for colleagues
        interview: str,
    ) -> bool:
        if interview and interview != self.view.interview:
            self.view = replace(self.view, note=message("telegram.old_button"))
            return True
        self._do(event)
        return True

    def _chat_action(self, action: str) -> bool:
        name, rest = act.split(action)
        match name:
            case act.LISTEN:
                self.listens = True
            case act.NO_WORD:
                self._after_word()
            case act.REMIND:
                self.view = replace(self.view, reminders="yes" if rest == YES else "no")
                self._do(ev.Show())
            case "leave":
                self.leave()
            case _:
                return super()._chat_action(action)
        return True

    def _command(self, command: str) -> None:
        if command == "exit":
            self.leave()
        elif command == "help":
            self._go(HELP)
        elif command == "language":
            self._go(LANGUAGES)
        elif command in _COMMANDS:
            self._do(_COMMANDS[command])
        elif is_exit(command, self.view.language):
            self.leave()
        else:
            self._do(ev.Show())

    def _no_press(self) -> None:
        """Leave where that is asked for, also beneath a picture or by mending what was sent."""
        incoming = self.incoming
        if incoming.did is not Did.COMMANDED and is_exit(incoming.text, self.view.language):
            if self._may_mean_danger(incoming.text):
                self._do(ev.DangerWords())
            self.leave()
            return
        if incoming.did is not Did.EDITED:
            super()._no_press()
        unread = (Did.SENT_SOMETHING_ELSE, Did.EDITED)
        if incoming.did in unread and self._may_mean_danger(incoming.text):
            self._do(ev.DangerWords())

    def _typed(self, text: str) -> None:
        if self.view.lent and _may_be_digits(text) and self._knows_the_word(text):
            self._give_back()
        elif self.view.page != INTERVIEW and self._may_mean_danger(text):
            asked = self.view.page in (WORD, REMINDERS)
            self._do(ev.DangerWords())
            if asked:
                # The numbers and the question come first; what was asked is asked again after.
                self.view = replace(self.view, settled=False)
        elif self.view.page == WORD:
            self._choose_word(text)
        elif self.view.page == INTERVIEW:
            self._answer_typed(text)
        else:
            self._do(ev.Show())

    def _digest(self, word: str) -> str:
        return self.transaction.people.digest_of_word(word)

    def _choose_word(self, text: str) -> None:
        word = plain_word(text)
        if len(word) < SHORTEST_WORD or is_exit(text, self.view.language):
            self.view = replace(self.view, note=message("mother.word.short", least=SHORTEST_WORD))
            return
        self.view = replace(self.view, word=self._digest(word))
        self._after_word()

    def _after_word(self) -> None:
        if self.view.reminders == "ask":
            self._go(REMINDERS)
        else:
            self._do(ev.Show())

    def _answer_typed(self, text: str) -> None:
        """Take what was typed as an answer; words that may mean danger are heard in any case."""
        event = self._event_typed(text)
        waits = self._unsupervised(ev.Show())
        # What is written as an answer is looked at in the conversation.
        looked_at = isinstance(event, ev.Write) and not waits
        if not looked_at and self._may_mean_danger(text):
            self._do(ev.DangerWords())
        elif event is not None:
            self._do(event)
        elif waits:
            self._do(ev.Show())
        else:
            self.view = replace(self.view, note=message("telegram.press_or_type_label"))

    def _may_mean_danger(self, text: str) -> bool:
        return lexicon().has_danger_words(text, self.view.language)

    def _do(self, event: ev.Event) -> None:
        """Do something in her interview, or pause kindly where nobody is there for her."""
        self._send(ev.Pause("unsupervised") if self._unsupervised(event) else event)

    def _unsupervised(self, event: ev.Event) -> bool:
        """Whether this is for when her therapist is there, and nobody is."""
        if not needs_somebody(event, self._interview()):
            return False
        people = self.transaction.people
        if self.view.lent:
            # Whoever lends a phone is there, for her and for nobody else.
            lasts = self.house.supervision
            people.prolong(self.chat.person_id, lasts=lasts, only=self.view.interview)
        return people.supervision(self.view.interview) is None

    def _without_interview(self) -> None:
        self._go(NEUTRAL)

    # --- what others have to know -----------------------------------------------------------------

    def _happened(self, records: tuple[Record, ...], turn: Applied) -> None:
        alert = alert_of(records)
        if not (self.view.lent or self.view.settled) and at_questions(turn.interview):
            self._settle()
        if turn.interview.state in ENDED or turn.interview.danger:
            self.transaction.people.end_supervision(self.view.interview)
        self._tell(alert)
        self._plan_reminder(turn.interview)

    def _settle(self) -> None:
        """Once for each link: ask for a word, where she has none, and whether to remind her."""
        self.view = replace(self.view, settled=True)
        if not self.view.word:
            self.view = replace(self.view, page=WORD)
        elif self.view.reminders == "ask":
            self.view = replace(self.view, page=REMINDERS)

    def _tell(self, alert: str) -> None:
        """Tell her therapist, and her that it was done; without an alert only what they look at is
        brought up to date."""
        if self.view.lent:
            # Whoever lent it is there, and reads it when the phone comes back.
            item = (self.view.case, alert)
            if alert and item not in self.view.alerts:
                self.view = replace(self.view, alerts=(*self.view.alerts, item))
            self._say_who_knows(alert, "give_back")
            return
        told = self.desk.tell_therapist(self.transaction, self.view.interview, alert)
        self.others.extend(told.jobs)
        by_colleague = "told_colleague" if told.by_colleague else "not_told"
        self._say_who_knows(alert, "told" if told.by_therapist else by_colleague)

    def _say_who_knows(self, alert: str, knows: str) -> None:
        """Say above her screen who is told of danger; nothing is promised that is not so.

        Where somebody may be reading along, nothing is said.
        """
        if alert in URGENT and alert not in ev.WATCHED_PAUSES and not self.view.locked:
            self.view = replace(self.view, note=message(f"mother.{knows}"))

    def _plan_reminder(self, interview: Interview) -> None:
        """Plan the next reminder, if she agreed to them; any other one is off."""
        moment = None
        after = self.house.reminders_after
        if (
            self.view.reminders == "yes"
            and self.view.reminded < len(after)
            and self._may_be_reminded(interview)
        ):
            due = self.desk.clock() + after[self.view.reminded]
            moment = self.house.quiet.next_allowed(due)
        self.transaction.chats.remind_at(self.chat.id, moment)

    def _may_be_reminded(self, interview: Interview) -> bool:
        """Whether a reminder does no harm: not in danger, and not after it was not safe or too much
        until she has said that it is safe."""
        if interview.state in (IN_DANGER, HANDED_OVER, IN_REVIEW, *ENDED) or interview.danger:
            return False
        if interview.paused_for in ev.UNSAFE_PAUSES and not interview.checked:
            return False
        beside = self.transaction.interview(self.view.interview).beside_id
        return beside is None or not self.service.look(self.transaction, beside).danger

    def _stop_reminding(self) -> None:
        """A reply ends the reminders."""
        if self.view.reminded and self.view.reminders == "yes":
            self.view = replace(self.view, reminders="no")
            self.transaction.chats.remind_at(self.chat.id, None)

    # --- what she sees ----------------------------------------------------------------------------

    def again(self, note: Message | None = None) -> Job:
        """Show the same again, as far as it is hers still; a reminder that did not get there waits
        until it may be sent."""
        try:
            gone = not self.view.locked and not self._is_still_hers()
        except StorageError as error:
            if not is_unreadable(error):
                raise
            return self.to_overview()
        if gone:
            return self.close()
        if self.view.page == REMINDER and not self._may_be_reminded(self._interview()):
            self.view = replace(self.view, page=INTERVIEW)
        if self.view.page == REMINDER:
            now = self.desk.clock()
            allowed = self.house.quiet.next_allowed(now)
            if allowed > now:
                reminded = max(0, self.view.reminded - 1)
                self.view = replace(self.view, page=INTERVIEW, reminded=reminded)
                self.transaction.chats.remind_at(self.chat.id, allowed)
        return super().again(note)

    def remind(self) -> list[Job]:
        """Send a reminder, or none where the time for it is not right."""
        if self.view.locked or self.view.reminders != "yes" or not self._is_still_hers():
            return []
        if not self._may_be_reminded(self._interview()):
            return []
        now = self.desk.clock()
        allowed = self.house.quiet.next_allowed(now)
        if allowed > now:
            self.transaction.chats.remind_at(self.chat.id, allowed)
            return []
        self.view = replace(self.view, page=REMINDER, reminded=self.view.reminded + 1, note=None)
        if self.view.reminded < len(self.house.reminders_after):
            due = now + self.house.reminders_after[self.view.reminded]
            self.transaction.chats.remind_at(self.chat.id, self.house.quiet.next_allowed(due))
        self.aloud = True
        return [self.finish()]

    def pause(self, because: str, key: str) -> Job | None:
        """Pause her interview from elsewhere and show it; None where nothing was going on."""
        interview = self._interview()
        waits = (PAUSED, IN_DANGER, HANDED_OVER, IN_REVIEW, *ENDED)
        if self.view.locked or interview.state in waits:
            return None
        self.incoming = replace(self.incoming, key=key)
        self._send(ev.Pause(because))
        return self.finish()

    def show(self, event: ev.Event, key: str) -> Job:
        """Do something in her interview from elsewhere, and show what comes of it."""
        self.incoming = replace(self.incoming, key=key)
        self._send(event)
        return self.finish()

    def _page(self, writer: Writer) -> Page:
        view = self.view
        match view.page:
            case "help":
                return writer.mothers_help(view.note, self.service.protocol.crisis_lines)
            case "languages":
                return writer.languages(view.note, mother=True)
            case "word":
                return writer.word(view.note)
            case "reminders":
                return writer.reminders(view.note)
            case "reminder":
                return writer.reminder()
            case "interview" if view.interview:
                page = writer.interview(self._said_now(), view.note, mother=True)
                spoken = writer.spoken(self._said_now()) if self.listens else None
                return replace(page, spoken=spoken)
        return writer.neutral()
