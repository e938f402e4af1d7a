"""Words that were written as one: `nomasmensajes`, `stoptexting`."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from heapq import nlargest
from itertools import chain, repeat

from bot.heard.words import words

_SHORTEST, _LONGEST = 7, 30  # letters
_A_WORD = 10  # letters up to which what begins like a word is that word: `mandaron` is not `mandar on`
_OFTEN = 4  # how often a word of two letters must occur to be split off
_WAYS = 6  # of taking a word apart that are kept: `yanomemanden` is `ya no me manden`, not `ya nome manden`

_Split = tuple[int, tuple[str, ...]]


def _nth(n: int, word: str, ways: Sequence[tuple[str, ...]]) -> tuple[str, ...]:
    return ways[min(n, len(ways) - 1)] if ways else (word,)


class Separating:
    """Knows the words of some texts and takes words apart that were written together."""

    def __init__(self, texts: Iterable[str], is_word: Callable[[str], bool]) -> None:
        self._is_word = is_word
        times = Counter(word for text in texts for word in words(text))
        self._known = {
            word
            for word, seen in times.items()
            if word.isalpha() and (len(word) > 2 or (len(word) == 2 and seen >= _OFTEN))
        }
        self._longest = max(map(len, self._known), default=0)
        self.ways = lru_cache(maxsize=1 << 12)(self._ways)

    def apart(self, said: Sequence[str]) -> list[list[str]]:
        """The words with those taken apart that were written as one, in a few ways, the likeliest first."""
        ways = [self.ways(word) for word in said]
        number = max(map(len, ways), default=0)
        return [list(chain.from_iterable(map(_nth, repeat(n), said, ways))) for n in range(number)]

    def _ways(self, word: str) -> tuple[tuple[str, ...], ...]:
        """What a long unknown word is made of, the splits with the longest words first; none for other words."""
        if word in self._known or not _SHORTEST <= len(word) <= _LONGEST or not word.isalpha():
            return ()
        if len(word) <= _A_WORD and self._is_word(word):
            return ()
        upto: list[list[_Split]] = [[(0, ())]]
        for end in range(1, len(word) + 1):
            upto.append(nlargest(_WAYS, self._ending(word, end, upto)))
        return tuple(parts for _, parts in upto[-1] if max(map(len, parts)) > 3)

    def _ending(self, word: str, end: int, upto: Sequence[Sequence[_Split]]) -> Iterator[_Split]:
        for start in range(max(0, end - self._longest), end - 1):
            last = word[start:end]
            if upto[start] and last in self._known:
                yield from ((length + len(last) ** 2, (*parts, last)) for length, parts in upto[start])
