"""Sign-ups from their first text to their last, question by question."""

from __future__ import annotations

from dataclasses import dataclass

from models.place import Place
from tests.bot.example import Service
from tests.bot.phones import Handset


@dataclass(frozen=True)
class Script:
    """How a sign-up goes: the text that opens it, then each question's key with an answer in any language."""

    name: str
    area: str
    opening: str
    in_english: str
    """The same request in English."""
    steps: tuple[tuple[str, str], ...]
    sign_ups: int

    def up_to(self, step: int, service: Service, *, english: bool = False) -> Handset:
        """A new phone at which the question of this step waits."""
        phone = Handset.new(service, self.area)
        phone.texts(self.in_english if english else self.opening, *(answer for _key, answer in self.steps[:step]))
        assert phone.stands_at() == ("sign_up", self.key(step))
        return phone

    def key(self, step: int) -> str:
        return self.steps[step][0]

    def finishes(self, phone: Handset, step: int) -> bool:
        """Answer everything from this step on; whether all were signed up and nothing is left open."""
        for key, answer in self.steps[step:]:
            assert phone.stands_at() == ("sign_up", key)
            phone.text(answer)
        return len(phone.sign_ups()) == self.sign_ups and not phone.places() and not phone.broke()


def told(place: Place) -> dict[str, object]:
    """What the family answered itself."""
    return {key: value for key, value in place.answers.items() if key not in place.overheard}


CHILDREN = Script(
    "children",
    "413",
    "quiero apuntar a mis hijos al verano",
    "i want to sign up my kids for summer",
    (
        ("how many", "2"),
        ("child 1", "8"),
        ("child 1 name", "Beto"),
        ("child 2", "6"),
        ("child 2 name", "Ana"),
        ("ride", "1"),
        ("stop", "2"),
        ("hand over", "abuela"),
        ("diet", "no"),
        ("confirm", "1"),
    ),
    sign_ups=2,
)
CAMP = Script(
    "camp",
    "781",
    "quiero apuntar a mi hijo al campamento del club",
    "i want to sign up my son for camp",
    (
        ("child 1", "8"),
        ("child 1 name", "Beto"),
        ("ride", "2"),
        ("diet", "no"),
        ("own swims", "1"),
        ("own t_shirt", "2"),
        ("confirm", "1"),
    ),
    sign_ups=1,
)
CLINIC = Script(
    "clinic",
    "508",
    "hay vacunas?",
    "are there vaccines?",
    (("want", "1"), ("people", "1"), ("time", "2"), ("interpreter", "2")),
    sign_ups=1,
)
VISIT = Script(
    "visit",
    "413",
    "hay visitas en casa?",
    "are there home visits?",
    (("want", "1"), ("when", "despues de las 5"), ("ages", "4"), ("language fits", "1"), ("slot fits", "1")),
    sign_ups=1,
)
SCRIPTS = (CHILDREN, CAMP, CLINIC, VISIT)
