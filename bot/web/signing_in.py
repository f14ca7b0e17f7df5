"""Signing in: a one-time link first, then a passkey where there is one; and what can be changed.

A link has 256 random bits, so that nobody needs to be kept from guessing. Opening it only asks; the
button uses it up, so that a messenger's preview does not.
"""

from __future__ import annotations

import json
from typing import Final

from starlette.routing import Route
from webauthn import (
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from bot.web.answers import Answer, Page, Redirect, RefusedError
from bot.web.app import House, Web
from bot.web.visits import LONGEST, Asked, Visit
from flows.messages import Message, message
from storage.errors import StorageError
from storage.people import SIGN_IN, PersonRecord
from storage.transaction import Transaction

MOST_PASSKEYS: Final = 10
_CHALLENGE: Final = "challenge"


class SigningIn:
    """The pages about who somebody is."""

    def __init__(self, web: Web) -> None:
        self._web = web

    @property
    def _house(self) -> House:
        return self._web.house

    def routes(self) -> list[Route]:
        """Return the pages."""
        web = self._web
        public, staff = web.public, web.staff
        return [
            Route("/sign-in/{token}", public(self._ask), methods=["GET"]),
            Route("/sign-in/{token}", public(self._sign_in), methods=["POST"]),
            Route("/passkey", staff(self._passkey, proven=False), methods=["GET"]),
            Route("/passkey", staff(self._show_passkey, proven=False), methods=["POST"]),
            Route("/passkey/new", staff(self._new_passkey, proven=False), methods=["POST"]),
            Route("/account", staff(self._account), methods=["GET"]),
            Route("/sign-out", staff(self._sign_out, proven=False), methods=["POST"]),
            Route("/sign-out-everywhere", staff(self._sign_out_all), methods=["POST"]),
            Route("/language", staff(self._language, proven=False), methods=["POST"]),
        ]

    # --- the link ---------------------------------------------------------------------------------

    def _ask(self, transaction: Transaction, asked: Asked) -> Answer:
        self._person_of(transaction, _token_of(asked))
        return Page("sign_in.html")

    def _sign_in(self, transaction: Transaction, asked: Asked) -> Answer:
        token = _token_of(asked)
        person = self._person_of(transaction, token)
        transaction.people.use_link(token)
        session = transaction.web.open(person.id, agent=asked.agent, lasts=LONGEST)
        transaction.people.note("signed_in", actor=person.id, person=person.id)
        return Redirect("/queue", cookie=session)

    def _person_of(self, transaction: Transaction, token: str) -> PersonRecord:
        """Say whom a link signs in; one answer for all that do not."""
        try:
            link = transaction.people.look_at_link(token)
        except StorageError as error:
            if not error.code.startswith("link_"):
                raise
            raise RefusedError(message("web.sign_in.refused"), status=404) from error
        if link.purpose != SIGN_IN or link.person_id is None:
            raise RefusedError(message("web.sign_in.refused"), status=404)
        person = transaction.people.person(link.person_id)
        if person.disabled:
            raise RefusedError(message("web.sign_in.refused"), status=404)
        return person

    # --- passkeys ---------------------------------------------------------------------------------

    def _passkey(self, seen: Visit) -> Answer:
        """Ask for a passkey; who has none and needs one makes it."""
        if not self._web.must_prove(seen):
            return Redirect("/queue")
        known = seen.transaction.web.passkeys_of(seen.person.id)
        if not known:
            return Page("passkey_new.html", {"options": self._registration(seen)})
        options = generate_authentication_options(
            rp_id=self._rp_id,
            allow_credentials=[PublicKeyCredentialDescriptor(id=one.credential) for one in known],
            user_verification=UserVerificationRequirement.REQUIRED,
        )
        seen.keep(**{_CHALLENGE: bytes_to_base64url(options.challenge)})
        return Page("passkey.html", {"options": options_to_json(options)})

    def _show_passkey(self, seen: Visit) -> Answer:
        known = {
            bytes_to_base64url(one.credential): one
            for one in seen.transaction.web.passkeys_of(seen.person.id)
        }
        shown = _credential_id(seen.asked.form.get("credential", ""))
        passkey = known.get(shown)
        if passkey is None:
            raise RefusedError(message("web.passkey.refused"), status=403, back="/passkey")
        try:
            proof = verify_authentication_response(
                credential=seen.asked.form["credential"],
                expected_challenge=self._challenge(seen),
                expected_rp_id=self._rp_id,
                expected_origin=self._house.origin,
                credential_public_key=passkey.public_key,
                credential_current_sign_count=passkey.sign_count,
                require_user_verification=True,
            )
        except WebAuthnException as error:
            raise RefusedError(
                message("web.passkey.refused"), status=403, back="/passkey"
            ) from error
        seen.transaction.web.used_passkey(passkey.id, sign_count=proof.new_sign_count)
        seen.transaction.web.prove(seen.session.token)
        seen.transaction.people.note("passkey_shown", actor=seen.person.id, person=seen.person.id)
        return Redirect("/queue")

    def _new_passkey(self, seen: Visit) -> Answer:
        """Keep a new passkey. Where there is one already, that has to be shown first."""
        known = seen.transaction.web.passkeys_of(seen.person.id)
        if known and not seen.session.proven:
            raise RefusedError(message("web.passkey.refused"), status=403, back="/passkey")
        if len(known) >= MOST_PASSKEYS:
            raise RefusedError(
                message("web.passkey.many", most=MOST_PASSKEYS), status=409, back="/account"
            )
        try:
            made = verify_registration_response(
                credential=seen.asked.form.get("credential", ""),
                expected_challenge=self._challenge(seen),
                expected_rp_id=self._rp_id,
                expected_origin=self._house.origin,
                require_user_verification=True,
            )
        except WebAuthnException as error:
            raise RefusedError(
                message("web.passkey.refused"), status=403, back="/account"
            ) from error
        seen.transaction.web.add_passkey(
            seen.person.id,
            credential=made.credential_id,
            public_key=made.credential_public_key,
            sign_count=made.sign_count,
        )
        seen.transaction.web.prove(seen.session.token)
        seen.transaction.people.note("passkey_added", actor=seen.person.id, person=seen.person.id)
        seen.say_later(message("web.passkey.added"))
        return Redirect("/account")

    def _registration(self, seen: Visit) -> str:
        """Return what a browser needs to make a passkey; the challenge is kept."""
        known = seen.transaction.web.passkeys_of(seen.person.id)
        options = generate_registration_options(
            rp_id=self._rp_id,
            rp_name="Volgorde",
            user_id=seen.person.id.encode(),
            user_name=seen.person.code,
            exclude_credentials=[PublicKeyCredentialDescriptor(id=one.credential) for one in known],
            authenticator_selection=AuthenticatorSelectionCriteria(
                resident_key=ResidentKeyRequirement.PREFERRED,
                user_verification=UserVerificationRequirement.REQUIRED,
            ),
        )
        seen.keep(**{_CHALLENGE: bytes_to_base64url(options.challenge)})
        return options_to_json(options)

    def _challenge(self, seen: Visit) -> bytes:
        """Give the challenge that was asked; it is good once."""
        kept = seen.take(_CHALLENGE)
        if not kept:
            raise RefusedError(message("web.passkey.refused"), status=403, back="/passkey")
        return base64url_to_bytes(kept)

    @property
    def _rp_id(self) -> str:
        return self._house.host

    # --- one's own --------------------------------------------------------------------------------

    def _account(self, seen: Visit) -> Answer:
        web = seen.transaction.web
        passkeys = web.passkeys_of(seen.person.id)
        return Page(
            "account.html",
            {
                "note": read_note(seen),
                "sessions": web.open_ones(seen.person.id),
                "passkeys": [(one.made_at, one.used_at) for one in passkeys],
                "options": self._registration(seen),
            },
        )

    def _sign_out(self, seen: Visit) -> Answer:
        seen.transaction.web.end(seen.session.token)
        return Redirect("/", cookie="")

    def _sign_out_all(self, seen: Visit) -> Answer:
        seen.transaction.web.end_all(seen.person.id)
        seen.transaction.people.note(
            "signed_out_everywhere", actor=seen.person.id, person=seen.person.id
        )
        return Redirect("/", cookie="")

    def _language(self, seen: Visit) -> Answer:
        wanted = seen.asked.form.get("language", "")
        if wanted in self._house.languages:
            seen.keep(language=wanted)
        return Redirect(local(seen.asked.form.get("back", "")))


def local(path: str) -> str:
    """Return the way to a page of ours; anything else leads to the first one."""
    plain = path.isascii() and path.isprintable() and "\\" not in path
    return path if plain and path.startswith("/") and not path.startswith("//") else "/"


def read_note(seen: Visit) -> Message | None:
    """Give what is said once at the top of a page; None where nothing is."""
    kept = seen.take("note")
    return None if kept is None else Message.from_data(kept)


def _token_of(asked: Asked) -> str:
    return asked.path.rpartition("/")[2][:200]


def _credential_id(text: str) -> str:
    """Return which passkey a browser shows; nothing for what cannot be read."""
    try:
        data = json.loads(text)
    except ValueError:
        return ""
    found = data.get("id") if isinstance(data, dict) else None
    return found if isinstance(found, str) else ""
