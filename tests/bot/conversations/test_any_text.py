"""Whatever is texted, in whatever order: no turn breaks, nothing that stands is lost, and the menu always comes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import hypothesis.strategies as st
import sqlalchemy as sa
from hypothesis import HealthCheck, example, given, settings

from bot.heard import hear
from locales.sms import segments
from models.family import Phone
from models.sign_up import ACTIVE, SignUp
from tests.bot.example import EVENING, Service
from tests.bot.phones import Handset

REALISTIC = """
ola kiero apuntar mis ijos al verano|quiero inscribir a mi hija|los dos|2. uno ba ala escuela i la otra no|8 ba en 3
beto|4 la lupita|la de brigwud|mi suegra|lupita cacahuates i puerco no comemos|si esta bien grasias|cambiar|los niños
hay vacunas?|i need a shot for 4 person|i work til 1 in the fish|can come my neighbor to|cant come saturday sorry
bonjou mwen bezwen pale ak yon moun lekol la|cobet lynn|wi men mwen travay jiska 5e|klib pou timoun yo|12 e 9
oi vi q tem aula pra crianca pequena|sim mas so depois das 6 e meia|4 e meio, e tem a bb de 1|1 quanto custa o kit?
quien es?? esto es de la migra|de providence pa aca por lo del pescado|entonces si califico o no|mandan mucho
nos mudamos a yuma|este es mi numero nuevo|voy tarde|salgo a las 5 y regreso a las 6|ayuda con la renta|quitar
mi contacto|springfield|gerena|donde inscribo a mi hijo en la escuela|despues de las 5|sabado|no se|ninguno|abuela
mis inscripciones|konbyen li koute|1 obg
"""
EVERYWHERE = """
menu|atras|ayuda|persona|idioma|ingles|alto|iniciar|ya no|solo los domingos|no entiendo|numero equivocado
menu|back|help|person|language|spanish|stop|start|no more|only sundays|wrong number|thanks|hi
menu|volta|ajuda|pessoa|idioma|português|parar|voltar|chega|só domingo|número errado|obrigada|oi
meni|tounen|èd|moun|lang|kreyòl|kanpe|kòmanse|ase|dimanch sèlman|move nimewo|mèsi|bonjou
1|2|3|4|5|6|7|8|9|0|12|99|si|no|yes|sim|não|wi|non|ok|k'iche'|otro|hola
"""
ODD = [
    "",
    " ",
    "👍",
    "🙂🙂🙂",
    "👨‍👩‍👧‍👦 2",
    "مرحبا أريد تسجيل ابني",
    "שלום",
    "\u202eHOLA\u202c",
    "你好",
    "¿?",
    "!!!",
    "...",
    "-1",
    "1.5",
    "1e9",
    "٣",
    "½",
    "9" * 400,
    "a" * 1600,
    "quiero apuntar a mi hijo " * 64,
    "ñ" * 1600,
    "\n\n2\n\n",
    "a\tb",
    "'; DROP TABLE phones; --",
    "%s %(name)s {name} {0}",
    "<b>hola</b> &amp;",
    "http://example.org/?a=1",
    "null",
    "\u0301\u0301",
    "\ufeff2",
]
POOL = [
    text for block in (REALISTIC, EVERYWHERE) for line in block.strip().split("\n") for text in line.split("|")
] + ODD
AREAS = ["413", "781", "508", "831", "212"]
LONGEST = 3
"""Segments; only their own words can make a reply longer than one or two."""
LEAVING = {"my_sign_ups", "not_coming", "moved"}
"""Only in these a sign-up is taken off a roster."""
anything = st.one_of(st.sampled_from(POOL), st.sampled_from(POOL), st.text(max_size=30))


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(texts=st.lists(anything, min_size=1, max_size=12), area=st.sampled_from(AREAS))
@example(texts=ODD, area="413")
@example(texts=["quiero apuntar a mi hijo al verano", *ODD], area="413")
@example(texts=["busco mi contacto", *ODD], area="831")
@example(texts=["hay visitas en casa?", "1", *ODD], area="508")
def test_any_sequence_of_texts(line: Service, texts: list[str], area: str) -> None:
    phone = Handset.new(line, area)
    for text in texts:
        line.now += timedelta(minutes=1)
        before = _standing(line, phone)
        reply = phone.text(text)
        after = _standing(line, phone)
        assert not phone.broke(), f"the turn broke on {text!r}"
        if reply is None:
            assert before.opted_out or after.opted_out, f"no reply to {text!r}"
        else:
            assert reply.strip()
            assert segments(reply).count <= LONGEST, reply
        assert before.sign_ups <= after.sign_ups, "a row never goes"
        assert before.active <= after.active or _may_leave(before, text), f"taken off a roster by {text!r}"
    phone.text("start")
    assert "1 " in (phone.text("menu") or "")
    assert phone.stands_at() == ("menu", "what")


@dataclass(frozen=True)
class Standing:
    """What must not be lost, and what explains a silence."""

    opted_out: bool
    conversations: tuple[str, ...]
    sign_ups: frozenset[int]
    active: frozenset[int]


def _standing(line: Service, phone: Handset) -> Standing:
    with line.database.reading() as session:
        row = session.scalar(sa.select(Phone).where(Phone.number == phone.number))
        if row is None:
            return Standing(opted_out=False, conversations=(), sign_ups=frozenset(), active=frozenset())
        mine = session.scalars(sa.select(SignUp).where(SignUp.phone_id == row.id)).all()
        return Standing(
            opted_out=row.opted_out_at is not None,
            conversations=tuple(place["conversation"] for place in row.places),
            sign_ups=frozenset(one.id for one in mine),
            active=frozenset(one.id for one in mine if one.status in ACTIVE),
        )


def _may_leave(before: Standing, text: str) -> bool:
    """Whether they were leaving a program already, or the text says that they cannot come."""
    return bool(LEAVING.intersection(before.conversations)) or hear(text, today=EVENING.date()).intent in {
        "not_coming",
        "remove",
    }
