"""What a server of the pages allows: who may log in and as what, where each keeps theirs, and how much at once."""

from pathway.hosting.people import Person, Role, is_over, own_folder, person_of
from pathway.hosting.reading import read_settings
from pathway.hosting.settings import CORES, Limits, Members, Settings, is_loopback

__all__ = [
    "CORES",
    "Limits",
    "Members",
    "Person",
    "Role",
    "Settings",
    "is_loopback",
    "is_over",
    "own_folder",
    "person_of",
    "read_settings",
]
