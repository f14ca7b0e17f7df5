"""What somebody might try at the pages of an interview, to harm her or by accident."""

from __future__ import annotations

from tests.web.interview.house import House
from tests.web.interview.test_her_safety import at_questions, at_text


class TestDangerInAFormThatWasSentBefore:
    """The page still loads, and she mends what she sent: the same form, with something else."""

    def test_a_no_that_becomes_a_yes_is_heard(self, house: House) -> None:
        own, browser = at_questions(house)
        form = browser.fields.hidden
        browser.post("/i", {**form, "do": "give:no"})
        browser.post("/i", {**form, "do": "give:yes"})
        assert house.interview(house.hers(own)).danger
        assert "danger" in house.notices(own)
        assert "112" in browser.page

    def test_words_that_are_added_are_heard(self, house: House) -> None:
        own, browser = at_text(house)
        form = {**browser.fields.hidden, "do": "typed"}
        browser.post("/i", {**form, "text": "het gaat"})
        browser.post("/i", {**form, "text": "het gaat niet, hij wil mij vermoorden"})
        assert "danger_words" in house.notices(own)

    def test_a_second_answer_of_one_form_changes_no_other(self, house: House) -> None:
        own, browser = at_questions(house)
        form = browser.fields.hidden
        for do in ("give:no", "skip", "give:no", "unknown"):
            browser.post("/i", {**form, "do": do})
        answers = house.interview(house.hers(own)).answers
        assert {name: answer.value for name, answer in answers.items()} == {"acute_unsafety": "no"}
