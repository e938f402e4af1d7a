"""What a text is most like among the examples of the lexicon, for texts that no phrase fits.

Each example votes for its intent through its words, pairs of words, groups of words (`[child]`, `[send]`, ...)
and sequences of three letters. A vote counts by how much oftener it is heard with that intent than with others,
and by how rare it is.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import pairwise
from operator import add
from typing import NamedTuple

from bot.heard.sound import sound

_UNSEEN = 0.01  # what a clue counts with an intent that it was never heard with
_COMMON = 0.3  # how much it counts that an intent has many examples
_GROUP = 2.0  # how much more a group of words counts than a word

GroupsOf = Callable[[str], Sequence[str]]
Votes = tuple[float, ...]
Shares = defaultdict[str, float]
"""How much of a clue, or of all, was heard with each intent."""


class Example(NamedTuple):
    """The spoken words of a text, and what it is about."""

    said: Sequence[str]
    meaning: str


class Guess(NamedTuple):
    """What a text is most like, and how far ahead of the next (0: not at all; above 1: far)."""

    meaning: str
    ahead: float


def _letters(word: str) -> Iterator[str]:
    padded = f" {word} "
    return (padded[start : start + 3] for start in range(len(padded) - 2))


def _pairs(things: Sequence[str], mark: str) -> Iterator[str]:
    return (f"{mark}{one} {other}" for one, other in pairwise(things))


class Likeness:
    """Learns from examples once; from then on only read, by any thread."""

    def __init__(self, examples: Iterable[Example], groups_of: GroupsOf) -> None:
        self._groups_of = groups_of
        known = list(examples)
        self._meanings = sorted({example.meaning for example in known})
        clues = [Counter(self._clues(example.said)) for example in known]
        seen = Counter(clue for counts in clues for clue in counts)
        self._rarity = {clue: math.log(1 + len(known) / times) for clue, times in seen.items() if times > 1}
        self._common = self._how_common(known)
        self._votes = self._learnt(known, clues)
        self._word_votes = lru_cache(maxsize=1 << 14)(self._sum_of_word)

    def guess(self, said: Sequence[str]) -> Guess | None:
        """What these spoken words are most like; None where no word is known."""
        rows = [self._word_votes(word) for word in said]
        rows += [self._weighed([clue], 1.0) for clue in _pairs(["^", *map(sound, said), "$"], "w")]
        rows += [self._weighed([clue], _GROUP) for clue in self._group_pairs(said)]
        summed = [sum(column) for column in zip(*rows, strict=True)]
        if not summed[-1]:
            return None
        length = math.sqrt(summed.pop())
        scores = list(map(add, (vote / length for vote in summed), self._common))
        ranked = sorted(range(len(scores)), key=scores.__getitem__, reverse=True)
        return Guess(self._meanings[ranked[0]], scores[ranked[0]] - scores[ranked[1]])

    def _word_clues(self, word: str) -> list[str]:
        heard = sound(word)
        return [heard, *_letters(heard)]

    def _group_pairs(self, said: Sequence[str]) -> Iterator[str]:
        grouped = [groups for groups in map(self._groups_of, said) if groups]
        for one, other in pairwise(grouped):
            yield from (f"[{first}{second}" for first in one for second in other)

    def _clues(self, said: Sequence[str]) -> Iterator[str]:
        for word in said:
            yield from self._word_clues(word)
            yield from (f"[{group}" for group in self._groups_of(word))
        yield from _pairs(["^", *map(sound, said), "$"], "w")
        yield from self._group_pairs(said)

    def _how_common(self, known: Sequence[Example]) -> Votes:
        times = Counter(example.meaning for example in known)
        return tuple(_COMMON * math.log(times[meaning] / len(known)) for meaning in self._meanings)

    def _learnt(self, known: Sequence[Example], clues: Sequence[Counter[str]]) -> dict[str, Votes]:
        """For each clue how much it speaks for each intent, last the square of its weight."""
        heard_with: dict[str, Shares] = {clue: defaultdict(float) for clue in self._rarity}
        totals: Shares = defaultdict(float)
        for example, counts in zip(known, clues, strict=True):
            for clue, share in self._shares(counts):
                heard_with[clue][example.meaning] += share
                totals[example.meaning] += share
        return {clue: self._votes_of(clue, counts, totals) for clue, counts in heard_with.items()}

    def _shares(self, counts: Counter[str]) -> Iterator[tuple[str, float]]:
        rarity = self._rarity
        weights = {clue: math.log(1 + times) * rarity[clue] for clue, times in counts.items() if clue in rarity}
        length = math.sqrt(sum(weight * weight for weight in weights.values())) or 1.0
        return ((clue, weight / length) for clue, weight in weights.items())

    def _votes_of(self, clue: str, counts: Shares, totals: Shares) -> Votes:
        unseen = _UNSEEN * len(self._rarity)
        here, everywhere = sum(counts.values()) + _UNSEEN, sum(totals.values()) + unseen
        weight = self._rarity[clue]
        votes = []
        for meaning in self._meanings:
            with_it = (counts[meaning] + _UNSEEN) / (totals[meaning] + unseen)
            without = (here - counts[meaning]) / (everywhere - totals[meaning])
            votes.append(weight * math.log(with_it / without))
        return (*votes, weight * weight)

    def _weighed(self, clues: Iterable[str], times: float) -> Votes:
        rows = [row for clue in clues if (row := self._votes.get(clue))]
        if not rows:
            return self._nothing
        summed = [sum(column) * times for column in zip(*rows, strict=True)]
        summed[-1] *= times
        return tuple(summed)

    @property
    def _nothing(self) -> Votes:
        return (0.0,) * (len(self._meanings) + 1)

    def _sum_of_word(self, word: str) -> Votes:
        plain = self._weighed(self._word_clues(word), 1.0)
        grouped = self._weighed([f"[{group}" for group in self._groups_of(word)], _GROUP)
        return tuple(map(add, plain, grouped))
