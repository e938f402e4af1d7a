"""Words that were written as one: `nomasmensajes`, `stoptexting`."""

from collections import Counter
from collections.abc import Iterator, Sequence
from functools import lru_cache

from bot.heard.words import words

_SHORTEST, _LONGEST = 7, 40  # letters
_OFTEN = 4  # how often a word of one or two letters must occur to be split off


class Separating:
    """Knows the words of a lexicon and takes words apart that were written together."""

    def __init__(self, texts: Sequence[str]) -> None:
        times = Counter(word for text in texts for word in words(text))
        self._known = {word for word, seen in times.items() if word.isalpha() and (len(word) > 2 or seen >= _OFTEN)}
        self._longest = max(map(len, self._known), default=0)
        self.apart = lru_cache(maxsize=1 << 12)(self._apart)

    def _apart(self, word: str) -> tuple[str, ...]:
        """The words that a long unknown word is made of; the word itself where it is not made of known ones."""
        if word in self._known or not _SHORTEST <= len(word) <= _LONGEST or not word.isalpha():
            return (word,)
        return self._fewest(word) or (word,)

    def _fewest(self, word: str) -> tuple[str, ...] | None:
        """The split with the longest words: the one whose squared lengths add up to most."""
        best: list[tuple[int, tuple[str, ...]] | None] = [(0, ())] + [None] * len(word)
        for end in range(1, len(word) + 1):
            best[end] = max(self._ending(word, end, best), default=None)
        found = best[-1]
        return found[1] if found and max(map(len, found[1])) > 3 else None

    def _ending(
        self, word: str, end: int, best: Sequence[tuple[int, tuple[str, ...]] | None]
    ) -> Iterator[tuple[int, tuple[str, ...]]]:
        for start in range(max(0, end - self._longest), end):
            before, last = best[start], word[start:end]
            if before and last in self._known:
                yield before[0] + len(last) ** 2, (*before[1], last)

