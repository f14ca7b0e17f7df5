"""Passages: the places in a source on which rules and questions rest."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from flows.messages import Message, message


class Evidence(StrEnum):
    """How strong a passage is, by who says it (clinical specification, section 0)."""

    CON = "CON"  # core element of the decision tree
    EXP_CON = "EXP-CON"  # experts agree
    LIT_CON = "LIT-CON"  # conclusion of the literature part
    EXP_MAJ = "EXP-MAJ"  # a large majority of experts, or "many"
    LIT = "LIT"  # literature
    EXP = "EXP"  # experts, without a count
    EXP_LIST = "EXP-LIST"  # a factor that experts named
    CLI_CON = "CLI-CON"  # conclusion from the client interviews
    CLI = "CLI"  # client interviews (n = 4)
    DES = "DES"  # a statement about the study's design
    PLAN = "PLAN"  # something the study meant to do
    EXP_DIV = "EXP-DIV"  # experts divided
    LIT_NEG = "LIT-neg"  # literature says that it gives no guidance


@dataclass(frozen=True, slots=True)
class Passage:
    """One place in the source.

    `heading` is the source's own (Dutch) heading; `page` the printed page on which the passage
    begins; `lines` its first and last line in the source's text file. `clients` is (how many said
    it, of how many) for client interviews that give a count. `context` marks one that was read and
    kept although no rule or question rests on it. The paraphrase, ours, is in the
    catalogues.
    """

    id: str
    heading: str
    page: int
    lines: tuple[int, int]
    evidence: Evidence
    clients: tuple[int, int] | None = None
    context: bool = False

    @property
    def paraphrase(self) -> Message:
        """What the passage says, in our words."""
        return message(f"passage.{self.id}")
