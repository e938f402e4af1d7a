"""What many phones text at once: conversations of several kinds, each family in its own words and at its own point."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass

NAMES = (
    "Beto Lupita Ana Chuy Marisol Dani Yesenia Kevin Nayeli Tomás Iris Luz Abel Rosa Pedro Mateo Sofi Lalo Wilmer "
    "Dulce Itzel Josué Neymar Camila Brayan Fátima Elías Xiomara Saúl Perla Toño Gael Renata Memo Kike Vale"
).split()
OPEN_AT_ONCE = 6
"""Conversations that one connection carries at the same time."""

Turns = list[tuple[str, ...]]
"""For each text of a conversation the ways in which families write it."""


@dataclass(frozen=True)
class Kind:
    """A kind of conversation: the area that such phones come from, how common it is, and its texts."""

    area: str
    weight: int
    turns: Turns


KINDS = [
    Kind(  # two children into the summer program, with a question in the middle; later a look at what they have
        "413",
        3,
        [
            (
                "ola kiero apuntar mis ijos al verano",
                "Hola, quiero inscribir a mis hijos en el verano",
                "buenas tardes para apuntar los niños al programa de verano",
            ),
            ("2", "2. uno ba ala escuela i la otra todabia no", "son dos", "dos niños"),
            ("8 ba en 3", "8 años, va en tercero", "8", "tiene 8"),
            ("{name}", "se llama {name}", "{lower}"),
            ("ella es mas chikita", "es mas chica"),
            ("4 la {lower}", "4 {name}", "4, {lower}"),
            (
                "pero a q ora es?? yo salgo alas 5 dela mañana",
                "a que hora empieza?",
                "y cuanto cuesta?",
                "donde es?",
            ),
            ("1", "si", "sí por favor"),
            ("la de brigwud", "2", "Brightwood"),
            ("mi suegra", "la abuela", "una vecina", "yo"),
            ("{lower} cacahuates i puerco no comemos", "no", "alergia al cacahuate", "ninguna"),
            ("si esta bien grasias", "1", "si"),
            ("mis inscripciones", "que tengo apuntado?"),
        ],
    ),
    Kind(  # a place at the vaccine clinic, with fear of papers
        "508",
        2,
        [
            (
                "hi is for the vacine saturday. i need insurence or papers??",
                "hello, vaccine clinic please. do i need papers?",
            ),
            ("1", "yes please", "ok"),
            ("4 person", "4", "we are 4"),
            ("1", "3"),
            ("2", "spanish", "Spanish please"),
        ],
    ),
    Kind(  # the contact at a school, in Haitian Creole
        "781",
        2,
        [
            ("mwen bezwen pale ak yon moun lekol la", "bonjou mwen bezwen yon moun ki pale kreyol"),
            ("cobet lynn", "Cobbet", "lekol Cobbet nan Lynn"),
            ("1", "wi"),
            ("2", "apre 6"),
            ("mesi", "mesi anpil"),
        ],
    ),
    Kind(  # the contact, by way of the menu
        "508",
        1,
        [("hello", "hi", "good morning"), ("3", "my contact"), ("new bedford", "New Bedford High"), ("1",), ("3", "1")],
    ),
    Kind(  # a greeting, the menu, a question on the side, back to the menu
        "413",
        2,
        [
            ("hola", "buenos dias", "Hola buenas"),
            ("1", "clases"),
            ("cuanto cuesta?", "piden papeles?", "hay camion?"),
            ("menu", "MENÚ"),
            ("4", "mis inscripciones"),
        ],
    ),
    Kind(  # the short questions for a recruiter
        "508",
        1,
        [
            ("HOLA",),
            ("quien es?? esto es de la migra", "quien es?"),
            ("bueno 1", "1"),
            ("de providence pa aca por lo del pescado pero fue el papa primero", "si", "1"),
            ("el corta pescado tambien empaca", "3", "pescado"),
            ("entonces si califico o no", "2"),
            ("2", "despues de las 6"),
            ("1", "español"),
        ],
    ),
    Kind(  # a home visit, in Portuguese
        "508",
        1,
        [
            ("oi quero a visita em casa para minha filha", "oi, a professora vem em casa?"),
            ("1", "sim"),
            ("depois das 6", "sabado de manha"),
            ("3", "4"),
            ("1", "sim"),
        ],
    ),
]


@dataclass
class _Open:
    number: str
    turns: Turns
    told: int = 0


class Phones:
    """The phones of one connection. `first` keeps their numbers apart from those of any other connection."""

    def __init__(self, first: int) -> None:
        self._random = random.Random(first)
        self._next = first
        self._open: list[_Open] = []

    def texts(self) -> Iterator[tuple[str, str]]:
        """Sender and body of one text after the other, without end; those of one phone in their order."""
        while True:
            while len(self._open) < OPEN_AT_ONCE:
                self._open.append(self._new_phone())
            phone = self._random.choice(self._open)
            body = self._written(phone.turns[phone.told])
            phone.told += 1
            if phone.told == len(phone.turns):
                self._open.remove(phone)
            yield phone.number, body

    def _new_phone(self) -> _Open:
        kind = self._random.choices(KINDS, [kind.weight for kind in KINDS])[0]
        self._next += 1
        return _Open(f"+1{kind.area}{2_000_000 + self._next:07d}", kind.turns)

    def _written(self, ways: tuple[str, ...]) -> str:
        """One way to write it; every third longer text has a typing mistake of its own."""
        name = self._random.choice(NAMES)
        body = self._random.choice(ways).format(name=name, lower=name.lower())
        if len(body) > 14 and self._random.random() < 1 / 3:
            at = self._random.randrange(len(body))
            body = body[:at] + body[at] + body[at:]
        return body
