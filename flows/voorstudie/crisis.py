"""Where to turn in danger: Dutch numbers, shown without any rule (specification 10)."""

from __future__ import annotations

from datetime import date

from flows.messages import Message, message

LAST_CHECKED = date(2026, 11, 23)
"""When the numbers were last compared with the organisations' own public pages."""

EMERGENCY = "112"
VEILIG_THUIS = "0800-2000"
SUICIDE_PREVENTION = "113"
SUICIDE_PREVENTION_FREE = "0800-0113"


def crisis_lines() -> tuple[Message, ...]:
    """Return the lines of the danger screen that say whom to call."""
    return (
        message("danger.112", number=EMERGENCY),
        message("danger.veilig_thuis", number=VEILIG_THUIS),
        message("danger.113", number=SUICIDE_PREVENTION, free_number=SUICIDE_PREVENTION_FREE),
        message("danger.checked", date=LAST_CHECKED),
    )
