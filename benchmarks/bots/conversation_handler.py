"""For comparison: the same kind of questions with python-telegram-bot's own ConversationHandler.

In memory, one update at a time, as its documentation has it; nothing survives a stop.
"""

from __future__ import annotations

import logging
import os
from typing import Any

from telegram import InlineKeyboardButton, InlineKeyboardMarkup, Update
from telegram.ext import (
    Application,
    CallbackQueryHandler,
    CommandHandler,
    ContextTypes,
    ConversationHandler,
)

from flows.voorstudie.protocol import VOORSTUDIE_CORE
from locales import catalogue

WORDS = catalogue("nl")
QUESTIONS = [
    question
    for question in VOORSTUDIE_CORE.questions
    if question.choices and "therapist" in question.respondents
][:24]
ASKING = 0


def screen(number: int) -> dict[str, Any]:
    question = QUESTIONS[number % len(QUESTIONS)]
    rows = [
        [InlineKeyboardButton(WORDS.say(question.choice_label(code)), callback_data=code)]
        for code in question.choices[:5]
    ]
    rows.append([InlineKeyboardButton("Overslaan", callback_data="skip")])
    text = f"{number + 1}\n<b>{WORDS.say(question.text())}</b>"
    return {"text": text, "reply_markup": InlineKeyboardMarkup(rows), "parse_mode": "HTML"}


async def start(update: Update, context: ContextTypes.DEFAULT_TYPE) -> int:
    assert update.message is not None
    assert context.user_data is not None
    context.user_data["at"] = 0
    await update.message.reply_text(**screen(0))
    return ASKING


async def answer(update: Update, context: ContextTypes.DEFAULT_TYPE) -> int:
    query = update.callback_query
    assert query is not None
    assert context.user_data is not None
    await query.answer()
    at = context.user_data["at"]
    context.user_data[at] = query.data
    context.user_data["at"] = at + 1
    await query.edit_message_text(**screen(at + 1))
    return ASKING


def main() -> None:
    logging.disable(logging.CRITICAL)
    api = os.environ["VOLGORDE_TELEGRAM_API"]
    token = os.environ["VOLGORDE_TELEGRAM_TOKEN"]
    application = Application.builder().token(token).base_url(f"{api}/bot").build()
    application.add_handler(
        ConversationHandler(
            entry_points=[CommandHandler("start", start)],
            states={ASKING: [CallbackQueryHandler(answer)]},
            fallbacks=[],
        )
    )
    application.run_polling()


if __name__ == "__main__":
    main()
