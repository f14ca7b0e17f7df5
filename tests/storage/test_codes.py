import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.codes import ALPHABET, new_code, parse_code


def code_from(seed: int) -> str:
    return new_code(random.Random(seed).randrange)


codes = st.integers(0, 2**32).map(code_from)


def is_code(text: str) -> bool:
    try:
        parse_code(text)
    except ValueError:
        return False
    return True


def test_the_code_in_the_documentation_is_a_right_one() -> None:
    assert parse_code("K7F-2M9") == "K7F-2M9"


@given(codes)
def test_a_new_code_is_its_own_canonical_form(code: str) -> None:
    assert parse_code(code) == code
    assert len(code) == 7
    assert code[3] == "-"


def test_without_being_told_otherwise_codes_come_from_secrets_and_differ() -> None:
    assert len({new_code() for _ in range(200)}) > 190


@given(codes)
def test_every_single_wrong_character_is_noticed(code: str) -> None:
    plain = code.replace("-", "")
    for place, right in enumerate(plain):
        for wrong in ALPHABET:
            if wrong != right:
                assert not is_code(plain[:place] + wrong + plain[place + 1 :])


@given(codes)
def test_every_two_swapped_characters_are_noticed(code: str) -> None:
    plain = code.replace("-", "")
    for left in range(6):
        for right in range(left + 1, 6):
            swapped = list(plain)
            swapped[left], swapped[right] = swapped[right], swapped[left]
            assert is_code("".join(swapped)) == (plain[left] == plain[right])


def test_the_check_catches_every_error_and_swap_of_neighbours_exhaustively() -> None:
    # The check is linear, so the pairs of characters at two neighbouring places say it all: no
    # change of one of them, and no swap, may leave it right, whatever stands at the other places.
    base = "K7F2M9"
    for place in range(5):
        checks = {}
        for left in ALPHABET:
            for right in ALPHABET:
                stem = base[:place] + left + right + base[place + 2 :]
                checks[left, right] = is_code(stem)
        right_ones = {pair for pair, right in checks.items() if right}
        assert len(right_ones) == len(ALPHABET)
        assert len({left for left, _ in right_ones}) == len(ALPHABET)
        assert len({right for _, right in right_ones}) == len(ALPHABET)
        assert not [pair for pair in right_ones if pair[0] != pair[1] and pair[::-1] in right_ones]


@pytest.mark.parametrize(
    "typed", ["k7f-2m9", "K7F2M9", " k7f 2m9 ", "K7F–2M9", "k-7-f-2-m-9", "K7F\u00a02M9"]
)
def test_case_spaces_and_hyphens_do_not_matter(typed: str) -> None:
    assert parse_code(typed) == "K7F-2M9"


def test_i_and_l_are_read_as_one_and_o_as_zero() -> None:
    code = next(code for seed in range(10_000) if {"0", "1"} <= set(code := code_from(seed)))
    assert parse_code(code.replace("1", "l").replace("0", "o")) == code
    assert parse_code(code.replace("1", "I").replace("0", "O")) == code


@pytest.mark.parametrize("typed", ["", "-", "K7F-2M", "K7F-2M99", "K7F-2MU", "Fatima", "000-000"])
def test_what_is_no_code_is_refused_without_being_repeated(typed: str) -> None:
    with pytest.raises(ValueError, match="not a case code") as caught:
        parse_code(typed)
    assert not typed or typed == "-" or typed not in str(caught.value)


@given(st.text(max_size=12))
def test_any_text_is_a_code_or_a_value_error(text: str) -> None:
    if is_code(text):
        assert is_code(parse_code(text))
