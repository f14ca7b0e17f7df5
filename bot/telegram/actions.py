"""Actions of a chat: what its own buttons do; those of an interview are in `bot.actions`."""

from __future__ import annotations

from bot.actions import event_of as event_of
from bot.actions import is_answer as is_answer
from bot.actions import split as split

HOME, CASE, NEW, HELP, LANGUAGES, LANGUAGE = "home", "case", "new", "help", "languages", "language"
"""What concerns the chat and not an interview; the rest of the text says which."""
HERS, INVITE, INVITE_LANGUAGE, INVITE_REMIND = "hers", "invite", "invitein", "inviteremind"
LEND, WITH, NEAR, AWAY, STOP_HERS, LET_GO_ON = "lend", "with", "near", "away", "stophers", "letgoon"
HER_ANSWERS, RECORD, SHARE, SHARE_YES = "heranswers", "record", "share", "shareyes"
HAND_OVER, HAND_OVER_TO = "handover", "handoverto"
"""What a therapist does about a mother's side of a case."""
SIGN, SIGN_YES, RETURN, RETURN_YES = "sign", "signyes", "return", "returnyes"
READ_REASONS, READ_SECTION = "readreasons", "readsection"
COMMENT_ON, DISAGREE, DISAGREE_ORDER, DISAGREE_RULE = "commenton", "disagree", "disorder", "disrule"
REVIEWING = (
    *(SIGN, SIGN_YES, RETURN, RETURN_YES),
    *(COMMENT_ON, DISAGREE, DISAGREE_ORDER, DISAGREE_RULE),
)
"""What a supervisor does about a proposal."""
NO_WORD, REMIND, LISTEN = "noword", "remind", "listen"
"""What only concerns a mother's chat."""
