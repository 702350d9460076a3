"""Reading a server's settings: everything that is wrong with the file is said at once, each with its line."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from types import MappingProxyType
from urllib.parse import urlsplit

from pathway.errors import Finding, PathwayError, ScenarioError, nearest
from pathway.hosting.settings import LIMITS, Limits, Members, Settings, is_loopback

SHORTEST_SECRET = 32
CALLBACK = "/oauth2callback"
NEEDED = ("redirect_uri", "cookie_secret", "client_id", "client_secret", "server_metadata_url")
LOGIN = (*NEEDED, "client_kwargs")
KINDS = ("emails", "groups", "claims")
SECTIONS = ("auth", "roles", "limits")
ROLES = ("editor", "reader", "groups_claim", "unverified_emails")
ADDRESS = re.compile(r"(\*|[^@\s*]+)@[^@\s*]+")
MOST = 1_000_000


class _Faults:
    """What is wrong so far, and where each key of the file stands."""

    def __init__(self, path: Path, text: str) -> None:
        self.found: list[Finding] = []
        self._path, self._lines = path, text.splitlines()

    def say(self, section: str, key: str, message: str) -> None:
        """Say what is wrong with a key of a section; its value is never said, as it may be a secret."""
        self.found.append(Finding(str(self._path), self._line(section, key), 1, message))

    def _line(self, section: str, key: str) -> int:
        header, inside = 1, False
        for number, line in enumerate(self._lines, 1):
            head = re.match(r"\s*\[+\s*([^\]]+?)\s*\]", line)
            if head:
                inside = head[1] == section
                header = number if inside or head[1] == f"{section}.{key}" else header
            elif inside and key and re.match(rf"""\s*["']?{re.escape(key)}["']?\s*=""", line):
                return number
        return header


def read_settings(path: Path) -> Settings:
    """Read a server's file: its login, its roles, its limits.

    Raises
    ------
    PathwayError
        If it cannot be read, is not TOML, or says what cannot be; a secret is in no message.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise ScenarioError([Finding(str(path), 1, 1, "is not UTF-8 text")]) from None
    except OSError as refusal:
        raise PathwayError(f"{path}: {refusal.strerror}") from None
    try:
        tree = tomllib.loads(text)
    except tomllib.TOMLDecodeError as fault:
        where = re.search(r"line (\d+), column (\d+)", str(fault))
        line, column = (int(where[1]), int(where[2])) if where else (len(text.splitlines()) or 1, 1)
        raise ScenarioError([Finding(str(path), line, column, "is not TOML from here on")]) from None
    faults = _Faults(path, text)
    _names(faults, "", tree, SECTIONS)
    host = _login(faults, _table(faults, tree, "", "auth"))
    roles = _table(faults, tree, "", "roles")
    _names(faults, "roles", roles, ROLES)
    editor, reader = (_members(faults, roles, name) for name in ("editor", "reader"))
    if not faults.found and editor == reader == Members():
        faults.say("roles", "", "nobody could do anything: name somebody under [roles.editor] or [roles.reader]")
    claim = _value(faults, "roles", roles, "groups_claim", "groups")
    unverified = _value(faults, "roles", roles, "unverified_emails", False)
    limits = _limits(faults, _table(faults, tree, "", "limits"))
    if faults.found:
        raise ScenarioError(faults.found)
    return Settings(str(path.resolve()), host, str(claim), bool(unverified), editor, reader, limits)


def _names(faults: _Faults, section: str, table: Mapping[str, object], known: Iterable[str]) -> None:
    for name in table:
        if name not in known:
            said = f"{name} is not known here; there are {', '.join(known)}{nearest(name, known)}"
            faults.say(section or name, name if section else "", said)


def _table(faults: _Faults, tree: Mapping[str, object], section: str, name: str) -> Mapping[str, object]:
    found = tree.get(name, {})
    if isinstance(found, dict):
        return found
    faults.say(section, name, f"{name} is a section: [{name}]")
    return {}


def _value(faults: _Faults, section: str, table: Mapping[str, object], key: str, usual: str | bool) -> str | bool:
    found = table.get(key, usual)
    if isinstance(found, type(usual)) and found != "":
        return found
    faults.say(section, key, f"{key} is {'true or false' if isinstance(usual, bool) else 'a text'}")
    return usual


def _login(faults: _Faults, auth: Mapping[str, object]) -> str:
    """Check what Streamlit's login needs, and give the host by which the pages are asked for."""
    _names(faults, "auth", auth, LOGIN)
    for name in NEEDED:
        if not isinstance(auth.get(name), str) or not auth[name]:
            faults.say("auth", name, f"{name} is needed under [auth], a text")
    if not isinstance(auth.get("client_kwargs", {}), dict):
        faults.say("auth", "client_kwargs", 'client_kwargs is a table, such as { scope = "openid email groups" }')
    if 0 < len(str(auth.get("cookie_secret", ""))) < SHORTEST_SECRET:
        faults.say("auth", "cookie_secret", f"cookie_secret has at least {SHORTEST_SECRET} characters, drawn at random")
    for name in ("redirect_uri", "server_metadata_url"):
        if auth.get(name) and isinstance(auth[name], str):
            _address(faults, name, str(auth[name]))
    back = str(auth.get("redirect_uri", ""))
    if back and not urlsplit(back).path.endswith(CALLBACK):
        faults.say("auth", "redirect_uri", f"redirect_uri ends with {CALLBACK}")
    return urlsplit(back).hostname or ""


def _address(faults: _Faults, name: str, address: str) -> None:
    parts = urlsplit(address)
    if not parts.hostname or parts.scheme not in ("http", "https"):
        faults.say("auth", name, f"{name} is a whole address: https://…")
    elif parts.scheme == "http" and not is_loopback(parts.hostname):
        faults.say("auth", name, f"{name} begins with https: a login in the clear can be read on the way")


def _members(faults: _Faults, roles: Mapping[str, object], role: str) -> Members:
    section = f"roles.{role}"
    table = _table(faults, roles, "roles", role)
    _names(faults, section, table, KINDS)
    emails, groups = (_texts(faults, section, table, key) for key in ("emails", "groups"))
    if any(not ADDRESS.fullmatch(each) for each in emails):
        faults.say(section, "emails", "emails are addresses, or *@ and a domain")
    claims = table.get("claims", {})
    if not isinstance(claims, dict) or not all(isinstance(each, str) and each for each in claims.values()):
        faults.say(section, "claims", 'claims is a table of texts, such as { department = "radiology" }')
        claims = {}
    return Members(tuple(each.strip().lower() for each in emails), groups, MappingProxyType(claims))


def _texts(faults: _Faults, section: str, table: Mapping[str, object], key: str) -> tuple[str, ...]:
    found = table.get(key, [])
    if isinstance(found, list) and all(isinstance(each, str) and each.strip() for each in found):
        return tuple(found)
    faults.say(section, key, f'{key} is a list of texts, such as ["…", "…"]')
    return ()


def _limits(faults: _Faults, table: Mapping[str, object]) -> Limits:
    _names(faults, "limits", table, LIMITS)
    found: dict[str, int] = {}
    for name, value in table.items():
        if name not in LIMITS:
            continue
        if isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= MOST:
            found[name] = value
        else:
            faults.say("limits", name, f"{name} is a whole number from 1 to {MOST:,}")
    return Limits(**found)
