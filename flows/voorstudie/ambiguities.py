"""The places where the pre-study can be read in more than one way (specification, section 3).

The readings are in the specification's order: M1 is its faithful reading, M2 and on are its
alternatives. Each constant is named for what is unclear.
"""

from __future__ import annotations

from flows.readings import Ambiguity

WHO_FIRST_IF_BOTH_SEVERE = Ambiguity(
    "AMBIG-1", ("B04", "B05", "B07", "B09", "B18"), ("M1", "M2", "M3", "M4")
)
BOTH_FACTORS = Ambiguity("AMBIG-2", ("A10", "A11", "A12", "A13"), ("M1", "M2", "M3", "M4"))
SHOULD_OR_MAY = Ambiguity("AMBIG-3", ("A01", "A04"), ("M1", "M2"))
AGE_OF_STORY_METHOD = Ambiguity("AMBIG-4", ("E01", "E02", "E03", "E07"), ("M1", "M2", "M3"))
WHAT_SUPPORT_COVERS = Ambiguity("AMBIG-5", ("A24",), ("M1", "M2"))
WISH_FOR_CHILD_FIRST = Ambiguity("AMBIG-6", ("B03", "B05", "B10"), ("M1", "M2", "M3"))
DEADLOCK = Ambiguity("AMBIG-7", ("A01", "A07", "A09"), ("M1", "M2", "M3"))
NO_COMPLAINTS = Ambiguity("AMBIG-8", ("B16", "A06"), ("M1", "M2"))
BROKEN_OFF = Ambiguity("AMBIG-9", ("A01", "A04", "A05"), ("M1", "M2"))
WHICH_BARRIERS_BLOCK = Ambiguity("AMBIG-10", ("C01",), ("M1", "M2", "M3"))
WHOSE_PERMISSION = Ambiguity("AMBIG-11", ("A15", "A16", "A17", "F11"), ("M1", "M2"))
EXPECTATION = Ambiguity("AMBIG-12", ("A07", "A09", "F20"), ("M1", "M2"))
THREE_MONTHS = Ambiguity("AMBIG-13", ("E15",))
EFFECT_OF_NIKA = Ambiguity("AMBIG-14", ("E10", "E25"))
CHILD_UNDER_WAY = Ambiguity("AMBIG-15", ("A10", "A13", "A14"), ("M1", "M2"))
SEVERE = Ambiguity("AMBIG-16", ("A01", "A10", "A11"))

AMBIGUITIES = (
    WHO_FIRST_IF_BOTH_SEVERE,
    BOTH_FACTORS,
    SHOULD_OR_MAY,
    AGE_OF_STORY_METHOD,
    WHAT_SUPPORT_COVERS,
    WISH_FOR_CHILD_FIRST,
    DEADLOCK,
    NO_COMPLAINTS,
    BROKEN_OFF,
    WHICH_BARRIERS_BLOCK,
    WHOSE_PERMISSION,
    EXPECTATION,
    THREE_MONTHS,
    EFFECT_OF_NIKA,
    CHILD_UNDER_WAY,
    SEVERE,
)
