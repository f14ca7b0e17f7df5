"""What an attacker found in the console: answers that nobody was seen to read, a verdict about what
was not on the screen, and what outlives a session."""

from __future__ import annotations

from bot.reviewing import READ
from flows.machine import SUMMARY
from tests.web.shelter import Shelter
from tests.web.test_console import WISH, path_of

# --- reading --------------------------------------------------------------------------------------


def test_a_form_that_is_not_whole_shows_no_answers_without_a_record(shelter: Shelter) -> None:
    browser = shelter.browser()
    browser.get("/account")
    ours = browser.hidden()
    for place, shown in (("/return", 'class="answer"'), ("/disagree", "<option")):
        before = len(shelter.acts(READ))
        page = browser.post(path_of(shelter, WISH, place), ours)
        assert browser.status == 422
        assert shown in page
        assert len(shelter.acts(READ)) == before + 1, place


def test_a_form_sent_again_opens_nothing_that_lies_with_its_therapist(shelter: Shelter) -> None:
    browser = shelter.browser()
    browser.get(path_of(shelter, WISH, "/return"))
    sent = browser.hidden()
    browser.post(path_of(shelter, WISH, "/return"), {**sent, "comment.whole": "Nog eens."})
    assert shelter.state(WISH) == SUMMARY
    for place in ("/return", "/disagree"):
        page = browser.post(path_of(shelter, WISH, place), sent)
        assert browser.path == "/queue", place
        assert 'class="answer"' not in page
