"""How hard a text is to read: Flesch-Kincaid grade with terms masked."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from plumbline_clinical.lexicon import mentions
from plumbline_clinical.sentences import sentence_spans
from plumbline_clinical.text import words

MASK = "token"  # two syllables, as an everyday word has

# Flesch-Kincaid grade level: Kincaid et al. 1975, Research Branch Report 8-75.
WORDS_PER_SENTENCE = 0.39
SYLLABLES_PER_WORD = 11.8
INTERCEPT = 15.59

VOWEL_GROUP = re.compile(r"[aeiouyàáâäèéêëìíîïòóôöùúûü]+")
# Letters that are written and not spoken.
SILENT = (
    re.compile(r"(?<=[^aeiouycszxg])(?<![cs]h)(?<![^aeiouylr]l)es$"),  # nodes, not boxes or tables
    re.compile(r"(?<=[^aeiouytd])(?<![^aeiouylr]l)ed$"),  # used, not added or settled
    re.compile(r"(?<=[^aeiouy])(?<![^aeiouylr]l)e$"),  # side, not table
    re.compile(r"(?<=[aeiouy][^aeiouy])e(?=ly$|ful$|fully$|less$|ment$|ments$|ness$)"),
    re.compile(
        r"(?<=^som|^car|^hom|^lif|^tim|^sid|^bas|^lik|^mor|^saf|^her|^not|^nam|^for)e"
        r"(?=[bcdfghjklmnpqrtvwxz][a-z])"
    ),
    re.compile(r"(?<=^ther|^wher)e(?=[bcdfghjklmnpqrtvwxz])"),
)
# Vowels that are written together and spoken apart.
PARTED = re.compile(
    r"(?<![ctsg])ia(?!n|ge)|(?<![ctsgln])ian|(?<![tscgxnl])io|(?<![ct])ien[ct]|iet"
    r"|(?<!g)eo(?!u)|oea|(?<=cr)ea(?=t)|^rea(?=c)|(?<![qg])ua(?=l|t)|uou|[ay]ying$|aying$"
    r"|[aeiouy][oe]ing$|(?<=[bcdfghjklmnpqrstvwxz])[oe]ing$|ism$|[sd]n't$"
)
# What the rules get wrong among words that texts for patients are made of.
KNOWN = {"people": 2, "area": 3, "areas": 3, "being": 2, "idea": 3, "ideas": 3, "ideal": 3}
KNOWN |= {"every": 2, "everyone": 3, "everything": 3, "science": 2, "real": 1, "really": 2}


@lru_cache(maxsize=65_536)
def syllables(word: str) -> int:
    """The syllables of an English word, by rule; a numeral counts as one."""
    word = word.casefold().replace("’", "'").removesuffix("'s")
    if word in KNOWN:
        return KNOWN[word]
    for silent in SILENT:
        word = silent.sub("", word)
    return max(1, len(VOWEL_GROUP.findall(word)) + len(PARTED.findall(word)))


def masked(text: str, terms: Sequence[str]) -> str:
    """The text with each term, and each name the lexicon knows, replaced by one everyday word."""
    for term in sorted(filter(None, terms), key=len, reverse=True):
        text = re.sub(rf"(?<!\w){re.escape(term)}(?!\w)", MASK, text, flags=re.IGNORECASE)
    parts, position = [], 0
    for mention in mentions(text):
        parts += [text[position : mention.start], MASK]
        position = mention.end
    return "".join([*parts, text[position:]])


def fk_grade_masked(text: str, terms: Sequence[str] = ()) -> float:
    """The school grade that a text asks for; 0.0 for a text without words.

    Each of `terms`, and each name the lexicon knows, counts as one word of two syllables: names
    of diseases and medicines raise a grade that no writer can lower.
    """
    # Sentences are counted before masking: a mask in lower case would not look like a beginning.
    sentences = len(sentence_spans(text))
    found = words(masked(text, terms))
    if not found:
        return 0.0
    per_sentence = len(found) / max(1, sentences)
    per_word = sum(syllables(word.text) for word in found) / len(found)
    return WORDS_PER_SENTENCE * per_sentence + SYLLABLES_PER_WORD * per_word - INTERCEPT
