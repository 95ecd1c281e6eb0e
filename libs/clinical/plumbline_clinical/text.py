"""Text in its two forms, kept and compared; its words and their stems."""

from __future__ import annotations

import re
import threading
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

import snowballstemmer

SUPERSCRIPTS = str.maketrans("0123456789+-−–", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁻")
SUBSCRIPTS = str.maketrans("0123456789+-−–", "₀₁₂₃₄₅₆₇₈₉₊₋₋₋")
RAISED = "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻"
LOWERED = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻", "0123456789+-")

SIGNED_NUMERAL = re.compile(r"(?<![^\s,;(])[+\-−–]?\d+|^[+\-−–]$")
TAGGED = re.compile(r"<(su[pb])>([^<>]*)</\1>", re.IGNORECASE)
LINE_END = re.compile(r"\r\n?")
RAISED_RUN = re.compile(f"[{RAISED}]+")
DASHES = dict.fromkeys(map(ord, "‐‑‒–—―−﹣－"), "-")
QUOTES = {ord(mark): "'" for mark in "‘’‚‛′`´"} | {ord(mark): '"' for mark in "“”„‟″«»"}
SIGNS = {
    ord("⁄"): "/",
    ord("×"): "x",
    ord("✕"): "x",
    ord("⩾"): "≥",
    ord("≧"): "≥",
    ord("⩽"): "≤",
    ord("≦"): "≤",
}
INVISIBLE = dict.fromkeys(map(ord, "\u00ad\u200b\u200c\u200d\u2060\ufeff"), "")
ONE_FORM = DASHES | QUOTES | SIGNS | INVISIBLE
POWER_OF_TEN = re.compile(r"(?<=\d) ?x ?(?=10\^)")
FRACTION_AFTER_DIGIT = re.compile(r"(?<=\d)(?=[¼½¾⅐-⅞])")  # NFKC turns 1½ into 11/2
PER_CENT = re.compile(r"\s?(?:%|\bper cent\b|\bpercent\b)")
WHITE_SPACE = re.compile(r"\s+")

WORD = re.compile(r"\d+(?:[.,·]\d+)+|[^\W_]+(?:['’][^\W_]+)*")
POSSESSIVE = re.compile(r"['’]s?$")

# A closed class: articles, pronouns, auxiliaries, prepositions, conjunctions. Negations stay out of
# it, and so do comparatives: both change what a sentence says.
CLOSED_CLASS = """
    a about after also am an and any are as at be because been before being both but by can
    could did do does doing for from had has have having he her here hers him his how i if in
    into is it its itself may me might must my of on onto or our ours own shall she should so
    some such than that the their theirs them then there these they this those through to too us
    very was we were what when where which while who whom whose why will with would you your
    yours it's that's what's i'm i've you're they're we're
"""
STOP_WORDS = frozenset(CLOSED_CLASS.split())
# Whole texts whose words are kept at hand: about 7 kB each, so that thousands of documents that
# pass by once do not fill the memory.
WARM_TEXTS = 4_096


@dataclass(frozen=True, slots=True)
class Word:
    """A word as written, and its place: code points [start, end)."""

    text: str
    start: int
    end: int


def kept(text: str) -> str:
    """The form that is stored, hashed and shown: NFC, LF line ends, raised digits as characters.

    `10<sup>9</sup>` becomes `10⁹`. Keeping what is kept changes nothing.
    """
    text = LINE_END.sub("\n", text)
    while (plain := TAGGED.sub(raised_or_lowered, text)) != text:
        text = plain  # one tag may have stood inside another
    return unicodedata.normalize("NFC", text)


def raised_or_lowered(tag: re.Match[str]) -> str:
    """The numerals in a sup or sub element as raised or lowered characters; words stay words."""
    table = SUPERSCRIPTS if tag[1].lower() == "sup" else SUBSCRIPTS
    return SIGNED_NUMERAL.sub(lambda numeral: numeral[0].translate(table), tag[2])


@lru_cache(maxsize=16_384)
def matching(text: str) -> str:
    """The form in which texts are compared; never stored and never shown.

    Raised digits become `^n` first, for NFKC alone would turn 10⁹ into 109. Comparing what is
    already in this form changes nothing.
    """
    text = RAISED_RUN.sub(lambda run: "^" + run[0].translate(LOWERED), text)
    text = FRACTION_AFTER_DIGIT.sub(" ", text)
    text = unicodedata.normalize("NFKC", text).translate(ONE_FORM).casefold()
    text = unicodedata.normalize("NFKC", text).replace(">=", "≥").replace("<=", "≤")
    text = WHITE_SPACE.sub(" ", text).strip()
    return PER_CENT.sub("%", POWER_OF_TEN.sub("x", text))


@lru_cache(maxsize=WARM_TEXTS)
def split_words(text: str) -> tuple[Word, ...]:
    """The words of a text, as an unchangeable sequence."""
    return tuple(Word(match[0], match.start(), match.end()) for match in WORD.finditer(text))


def words(text: str) -> list[Word]:
    """The words and numerals of a text, in order. A hyphen parts words; an apostrophe does not."""
    return list(split_words(text))


SPELLINGS = (
    (re.compile("ae"), "e"),
    (re.compile("^oe|oe(?=[das]|$)"), "e"),
    (re.compile("(?<=[^f]{2})our(?=s?$|ed$|ing$)"), "or"),
    (re.compile("is(?=ation|ations$)"), "iz"),
    (re.compile("(?<=[a-z]{3})is(?=e$|ed$|es$|ing$)"), "iz"),
    (re.compile("ys(?=e$|ed$|es$|ing$)"), "yz"),
    (re.compile("(?<=[a-z]{2}[^aeiou])re(?=s?$)"), "er"),
    (re.compile("ll(?=ed$|ing$)"), "l"),
)


@lru_cache(maxsize=65_536)
def one_spelling(word: str) -> str:
    """The word case-folded, without possessive ending, in one of its British and American forms.

    The result is for comparing only: it need not be a word.
    """
    word = POSSESSIVE.sub("", word.casefold())
    for spelling, other in SPELLINGS:
        word = spelling.sub(other, word)
    return word


STEMMER = snowballstemmer.stemmer("english")
STEMMER_LOCK = threading.Lock()  # the stemmer keeps the word in hand in itself


@lru_cache(maxsize=65_536)
def stem(word: str) -> str:
    """The stem of an English word (Snowball), the same for both spellings."""
    with STEMMER_LOCK:
        stemmed: str = STEMMER.stemWord(one_spelling(word))
    return stemmed


@lru_cache(maxsize=WARM_TEXTS)
def stems(text: str) -> tuple[str, ...]:
    """The stems of all words that are not stop words, as an unchangeable sequence."""
    return tuple(
        stem(word.text)
        for word in split_words(text)
        if word.text.casefold().replace("’", "'") not in STOP_WORDS
    )


def content_stems(text: str) -> list[str]:
    """The stems of the words that carry meaning, in order; negations and numerals are kept."""
    return list(stems(text))
