from datetime import timedelta
from flows import events as ev
from locales import lexicon
from tests.web.interview.house import *
from tests.web.interview.test_her_safety import GONE, at_questions, at_text
import html

def test_xss(house):
    own, b = at_text(house)
    for t in ['<script>alert(1)</script>', '"><img src=x onerror=1>', '{{ 7*7 }}{% raw %}', '\u202eabc', "a' onfocus=b"]:
        if "<textarea" not in b.page: break
        b.write(t)
        assert "<script>alert" not in b.page and "<img src=x" not in b.page and ">49<" not in b.page
    b.press("summary")
    assert "<script>alert" not in b.page
    th = house.browser("pc").sign_in("therapist")
    code = house.record(own).case_code
    th.get(f"/case/{code}/hers")
    print(th.text)
    assert "<script>alert" not in th.page and "<img src=x" not in th.page

def test_hidden_marks(house):
    lx = lexicon()
    for t in ["hij wil mij ver\u00admoorden", "hij wil mij ver\u200bmoorden", "\u2068vermoorden\u2069", "v\u0332e\u0332r\u0332m\u0332o\u0332o\u0332r\u0332d\u0332e\u0332n\u0332", "V E R M O O R D E N", "vermóórden", "ver-moorden"]:
        print(ascii(t), lx.has_danger_words(t, "nl"))
    for w in sorted(lx.danger["fa"].words):
        if "\u200c" in w or " " in w: 
            for r in ("", " ", "\u200c"):
                v = w.replace("\u200c", r)
                if not lx.has_danger_words(v, "fa"): print("FA", ascii(r), w, v)
    for w in sorted(lx.danger["ar"].words)[:5]:
        v = w[0] + "\u0640\u064e" + w[1:]
        if not lx.has_danger_words(v, "ar"): print("AR", v)
        v = w[0] + "\u200d" + w[1:]
        if not lx.has_danger_words(v, "ar"): print("AR zwj", v)
    assert 0

def test_enter(house):
    own = house.begin()
    b = house.therapist(own)
    b.press("proceed")
    n = 0
    for _ in range(60):
        f = b.fields
        import re
        if re.search(r'<input type="text"', b.page):
            first = re.search(r'<button[^>]*name="do" value="([^"]*)"', b.page)
            print(f.hidden["question"], first.group(1)); n += 1
        g = [d for d in f.buttons if d.startswith("give:")]
        if "typed" not in f.buttons and not g and "unknown" not in f.buttons: break
        b.press("give:no" if "give:no" in g else "unknown")
    b2 = house.mother(house.begin())
    assert 0

def test_therapist_danger_words(house):
    own, hers = at_questions(house)
    t = house.browser("pc")
    t.open(house.go_on_link(own))
    t.press("proceed")
    for _ in range(60):
        if "<textarea" in t.page: break
        g = [d for d in t.fields.buttons if d.startswith("give:")]
        t.press("give:no" if "give:no" in g else "unknown")
    t.write("hij heeft haar gisteren met een mes gestoken en wil haar vermoorden")
    print(t.text[:400])
    print(house.interview(house.hers(own)).state, [e.kind for e in house.events(own)][-4:])
    assert 0

def test_handover_open_page(house):
    own, hers = at_questions(house)
    t = house.browser("pc").sign_in("therapist")
    code = house.record(own).case_code
    t.get(f"/case/{code}/hers")
    form = {**t.fields.hidden}
    case = house.record(own).case_id
    house.store.run(lambda tx: tx.people.hand_over(case, house.people["other therapist"]))
    for do in ("with", "away", "stop", "let_go_on"):
        t.post(f"/case/{code}/hers", {**form, "do": do, "key": do})
        assert t.status == 404
    hers.choose("no")
    assert GONE in hers.page
    print(house.interview(house.hers(own)).state)

def test_disabled(house):
    own, hers = at_questions(house)
    house.store.run(lambda tx: tx.people.set_disabled(house.people["therapist"], disabled=True))
    hers.choose("no")
    assert "acute_unsafety" not in house.interview(house.hers(own)).answers
    hers.get("/i"); print(hers.text[:300])

def test_stop_by_therapist_then_danger(house):
    own, hers = at_text(house)
    house.apply(house.hers(own), ev.Stop())
    hers.write("hij wil mij vermoorden") if "typed" in hers.fields.buttons else None
    print(house.notices(own), "112" in hers.page)
    assert "danger_words" in house.notices(own)
    assert "112" in hers.page

def test_stop_by_therapist_then_yes(house):
    own, hers = at_questions(house)
    house.apply(house.hers(own), ev.Stop())
    hers.choose("yes")
    print(house.notices(own), "112" in hers.page)
    assert house.notices(own)

def test_danger_again_while_danger(house):
    own, hers = at_text(house)
    old = hers.fields.hidden
    hers.write("hij wil mij vermoorden")
    q = hers.fields.hidden
    hers.post("/i", {**q, "do": "give:yes"})
    hers.post("/i", {**old, "do": "typed", "text": "hij wil mij vermoorden nu"})
    print(house.notices(own)); assert "112" in hers.page

def test_paused_yes(house):
    own, hers = at_questions(house)
    form = hers.fields.hidden
    hers.press("pause")
    hers.post("/i", {**form, "do": "give:yes"})
    assert house.interview(house.hers(own)).danger

def test_leave_then_old_form(house):
    own, hers = at_text(house)
    f = hers.fields.hidden
    hers.leave()
    hers.post("/i", {**f, "do": "typed", "text": "hij wil mij vermoorden"})
    assert GONE in hers.page

def test_lang_danger(house):
    own, hers = at_questions(house)
    for l in ("ar", "ti", "pl"):
        hers.press(f"language:{l}")
        assert hers.fields.lang == l
    hers.choose("yes")
    assert house.interview(house.hers(own)).danger and "112" in hers.page

def test_lang_with_text(house):
    own, hers = at_text(house)
    hers.press("language:en", text="hij wil mij vermoorden")
    assert "danger_words" in house.notices(own) and "112" in hers.page
    for act in ("why","pause","summary","back"):
        own, hers = at_text(house)
        hers.press(act, text="hij wil mij vermoorden")
        assert "danger_words" in house.notices(own) and "112" in hers.page, act
