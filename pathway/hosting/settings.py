"""The settings of a server, as its file has them."""

from __future__ import annotations

import ipaddress
import os
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from types import MappingProxyType

CORES = os.cpu_count() or 1


@dataclass(frozen=True)
class Limits:
    """How much may be asked of the server at once, and by one person; each has the value of a small server."""

    runs: int = CORES  # sizings, reports and calibrations under way at once
    runs_of_one: int = 1  # of these, of one person
    waiting_of_one: int = 2  # that wait for their turn, of one person
    answers: int = CORES  # simulated years of what-if questions under way at once
    answers_of_one: int = CORES  # of these, of one person
    years: int = 3000  # simulated years one run may have: replications times the years of each
    minutes: int = 60  # after which a sizing, a report or a calibration is ended
    upload_mb: int = 20  # of one uploaded file
    login_hours: int = 12  # after which one has to log in again


@dataclass(frozen=True)
class Members:
    """Who has a role: e-mail addresses (or ``*@a.domain``), groups, and claims with a value each."""

    emails: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    claims: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True)
class Settings:
    """All of it; without a login everybody who reaches the pages is an editor."""

    file: str = ""  # the file it was read from, in which Streamlit finds the login; empty if there is none
    host: str = ""  # by which the pages are asked for
    groups_claim: str = "groups"
    unverified_emails: bool = False  # whether an address counts that the provider has not verified
    editor: Members = Members()
    reader: Members = Members()
    limits: Limits = Limits()

    @property
    def has_login(self) -> bool:
        """Whether one has to log in."""
        return bool(self.file)


LIMITS = tuple(each.name for each in fields(Limits))


def is_loopback(address: str) -> bool:
    """Tell whether an address is reached from this machine only.

    >>> [is_loopback(each) for each in ("127.0.0.1", "::1", "localhost", "0.0.0.0", "10.1.2.3", "")]
    [True, True, True, False, False, False]
    """
    if address == "localhost":
        return True
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False
