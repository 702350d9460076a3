"""Who somebody is by the claims of their login: their role, and the folder that is theirs."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from pathway.hosting.settings import Members, Settings

PEOPLE = "people"  # the folder of everybody's own folders


class Role(StrEnum):
    """What somebody may do."""

    EDITOR = "editor"
    READER = "reader"


@dataclass(frozen=True)
class Person:
    """Somebody who has logged in: a name of letters and digits that says nothing about them, and a role, if any."""

    key: str
    role: Role | None

    @property
    def may_edit(self) -> bool:
        """Whether they may change, save and size."""
        return self.role is Role.EDITOR


def person_of(claims: Mapping[str, object], settings: Settings) -> Person | None:
    """Tell who has these claims; nobody, if they do not say of whom they are.

    The key is a hash of issuer and subject, as an e-mail address may change hands, and must not be a folder's name.
    """
    subject, issuer = claims.get("sub"), claims.get("iss")
    if not (isinstance(subject, str) and subject and isinstance(issuer, str) and issuer):
        return None
    key = hashlib.sha256(f"{issuer}\n{subject}".encode()).hexdigest()[:32]
    return Person(key, _role(claims, settings))


def _role(claims: Mapping[str, object], settings: Settings) -> Role | None:
    if _is_one_of(claims, settings.editor, settings):
        return Role.EDITOR
    return Role.READER if _is_one_of(claims, settings.reader, settings) else None


def _is_one_of(claims: Mapping[str, object], members: Members, settings: Settings) -> bool:
    email = _email(claims, settings)
    domain = f"*@{email.rpartition('@')[2]}" if email else ""
    return (
        (bool(email) and (email in members.emails or domain in members.emails))
        or bool(_texts(claims.get(settings.groups_claim)) & set(members.groups))
        or any(value in _texts(claims.get(name)) for name, value in members.claims.items())
    )


def _email(claims: Mapping[str, object], settings: Settings) -> str:
    """Give the address in small letters, if it counts: anybody may write any address into an account of their own."""
    email, verified = claims.get("email"), claims.get("email_verified")
    is_known = verified in (True, "true") or (settings.unverified_emails and "email_verified" not in claims)
    return email.strip().lower() if is_known and isinstance(email, str) else ""


def _texts(claim: object) -> set[str]:
    """Give a claim's values as texts: one, or a list of them; nothing of what is not there."""
    values = claim if isinstance(claim, list | tuple) else [claim]
    return {str(each).lower() if isinstance(each, bool) else str(each) for each in values if each is not None}


def is_over(claims: Mapping[str, object], settings: Settings, now: float | None = None) -> bool:
    """Tell whether a login was so long ago that it no longer counts, or does not say when it was."""
    began = claims.get("iat")
    if isinstance(began, bool) or not isinstance(began, int | float):
        return True
    return (time.time() if now is None else now) - began > settings.limits.login_hours * 3600


def own_folder(root: Path, person: Person) -> Path:
    """Give somebody's own folder, which nobody else on the machine may read either."""
    folder = root / PEOPLE / person.key
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder
