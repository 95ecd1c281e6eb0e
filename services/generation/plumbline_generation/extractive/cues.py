"""Closed classes of English words by which questions and sentences are read; none of a subject."""

from __future__ import annotations

import re
from typing import Final


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


DETERMINERS: Final = _set(
    "a an the this that these those each every any all both some no its their"
)

# Words that never name a thing: they end a run of naming words.
FUNCTION: Final = DETERMINERS | _set(
    "and or but nor so yet if when while whether because although though than then thus of in "
    "on at by for from to with without within into onto over under above below between among "
    "during after before until till since about against as per via through across up "
    "down out off it they them he she his her i me my you your we us our one ones who whom "
    "whose which what whats what's where why how there here not never only also too very just "
    "still even almost around least most more less fewer greater larger smaller higher lower "
    "longer shorter better worse such same other another own either neither else again "
    "already always often usually sometimes etc eg ie e.g i.e non versus vs v i'm it's that's "
    "don't doesn't isn't aren't please hi hello thanks thank ok"
)

AUXILIARIES: Final = _set(
    "is are was were be been being am has have had having do does did can could may might "
    "must shall should will would"
)

VERBS: Final = AUXILIARIES | _set(
    "done cannot can't mean means meant describe describes described refer refers referred "
    "call calls called define defines defined need needs needed require requires required "
    "include includes included show shows showed shown find finds found see sees seen become "
    "becomes became remain remains remained stay stays stayed return returns returned reach "
    "reaches reached fall falls fell fallen drop drops dropped decrease decreases decreased "
    "decline declines declined shrink shrinks shrank shrunk rise rises rose risen increase "
    "increases increased grow grows grew grown double doubles doubled halve halves halved "
    "improve improves improved worsen worsens worsened change changes changed measured "
    "counted lie lies sit sits last lasts lasted persist persists persisted disappear "
    "disappears disappeared appear appears appeared go goes gone went keep keeps kept get "
    "gets got make makes made take takes took taken help helps helped used tested checked "
    "looks looked tell tells told give gives gave given exceed exceeds exceeded equal equals "
    "begin begins began started ended happen happens happened come comes came differ differs "
    "differed compare compares compared apply applies applied matter matters mattered guide "
    "guides guided decide decides decided confirmed confirm confirms contains contain allows "
    "allow follow follows followed"
)

# The scaffolding of a question; never part of the name of what is asked about.
ASKED: Final = _set(
    "meaning meanings definition definitions define defined explain explained explanation "
    "describe understand understanding know learn tell ask question difference differences "
    "different differ differs distinction distinctions compare compared comparison contrast "
    "distinguish mean means meant considered called say said look looks like happen happens "
    "want exactly actually really info information overview "
    "summary thing things words"
)

# Said of any subject in a question or heading; dropped at the edges of a term if that helps.
GENERIC: Final = ASKED | _set(
    "treatment treatments therapy therapies patient patients people person someone anyone "
    "doctor doctors team criteria criterion term terms word rule rules category categories "
    "need needs needed get getting got going make makes example examples kind kinds type "
    "types way ways detail details context care judging judged judge measuring measured "
    "assessing assessed about stand stands"
)

# The last word of a disease's name may be the last word of another term ("stable disease").
DISEASE_HEADS: Final = _set("disease diseases syndrome disorder condition illness")

# Never the subject of a general question; its focus leaves them out.
ASKING: Final = (
    (GENERIC - _set("treatment treatments therapy therapies"))
    | AUXILIARIES
    | _set(
        "find finds found see seen show shows give gives given take takes taken go goes come "
        "comes work works long often much many soon good bad best worst right wrong sure "
        "possible likely common normal usual used useful important today now cause causes "
        "caused problem problems main general should shall must may might"
    )
)

# Say which of several, and name nothing.
ORDERING: Final = _set(
    "first second third next last initial new newly early earlier late later before after other"
)

# What an answer to such a question must hold.
ASKS_QUANTITY: Final = re.compile(
    r"\bhow (?:long|often|many|much|high|low|big|large|small|far|soon|old)\b", re.IGNORECASE
)
ASKS_WHEN: Final = re.compile(r"^\W*(?:\w+ ){0,3}when\b", re.IGNORECASE)
WHEN: Final = re.compile(r"\bwhen\b", re.IGNORECASE)
TELLS_WHEN: Final = re.compile(
    r"\b(?:when|if|once|after|before|until|unless|as soon as|starts?|begins?|each|every|during)\b",
    re.IGNORECASE,
)

# How the asker wants to be told; no part of what is asked.
MANNER: Final = re.compile(
    r"\b(?:in|using|with) (?:(?:very|more) )?(?:simple|plain|easy|short|lay|layman'?s|everyday) "
    r"(?:words?|terms?|english|language|sentences?)\b|\b(?:simply|briefly|in short|in brief)\b",
    re.IGNORECASE,
)
COMPARING: Final = (
    "difference", "differences", "different", "differ", "differs", "between", "compare", "compared",
    "comparison", "versus", "distinguish", "contrast", "distinction", "distinctions",
)  # fmt: skip
DEFINING: Final = ("meaning", "define", "definition", "explain", "describe", "means", "defined")

BRACKETS: Final = r"(?:\s*\((?:[^()]|\([^()]*\))*\))?"
PLAINLY: Final = r"(?:means?|refers? to|describes?|is defined as|is when)"
DEFINITION_VERBS: Final = re.compile(
    rf"^{BRACKETS}(?:\s+(?:in|of) [\w\s-]{{2,40}}?\s+{PLAINLY}\b|"
    r"(?:,? (?:also|or|sometimes)[^,.;:]{0,60},?)?\s+"
    r"(?:means?|is|are|refers? to|describes?|stands? for|is defined as)\b)",
    re.IGNORECASE,
)
PLAIN_DEFINITION: Final = re.compile(
    rf"^{BRACKETS}(?:\s+(?:in|of) [\w\s-]{{2,40}}?)?\s+{PLAINLY}\b", re.IGNORECASE
)
# Says of what kind a thing is: "Z is a rare …", and not "Z is the second most common …".
GENUS: Final = re.compile(
    rf"^{BRACKETS}\s+(?:is|are) (?:an?|one of|any|types? of)\b", re.IGNORECASE
)
# Tells what is done with a thing, not what it is: "Z is taken by mouth".
PASSIVE: Final = re.compile(
    r"^\W*(?:(?:also|often|usually|sometimes|now|mostly|rarely) )*(?!called|named|known)"
    r"(?:\w{3,}ed|\w*(?:aken|iven|een|found|done|made|kept|told|held|shown))\b",
    re.IGNORECASE,
)
# What follows a name that is not alone the subject: "Z and Y have …".
JOINED: Final = re.compile(r"^\W*(?:and|or|with|plus|versus|vs)\b|^\s*[,/]", re.IGNORECASE)
# What is said of both things at once sets them side by side.
SETS_SIDE_BY_SIDE: Final = re.compile(
    r"\b(?:than|as (?:\w+ ){1,3}as|compared|the same|different|differs?|separate|alike|both|"
    r"similar)\b",
    re.IGNORECASE,
)
NOT_NEXT: Final = re.compile(
    r"^\W*(?:\w+\s+){0,2}?(?:not|never|n't|no longer|neither)\b", re.IGNORECASE
)

# Nouns that say how, not what, is measured; by themselves they do not name a row.
WEAK_NAMES: Final = _set(
    "number numbers level levels amount amounts size sizes result results value values rate "
    "rates degree sign signs mark marks finding findings part parts place places time times "
    "sum total area day days week weeks month months year years baseline"
)
NOTE_LABELS: Final = _set(
    "note notes important caution warning example remember tip why source sources"
)

DENIES: Final = re.compile(
    r"\b(?:do|does) not (?:by itself |alone )?(?:mean|show|count|prove|make)\b", re.IGNORECASE
)
CAUTION: Final = re.compile(
    r"\b(?:(?:do|does|did|is|are|was|were|can|could|may|might|should|must|will)(?: not|n't)|cannot|"
    r"never|separate(?:ly)?|distinct|apart from|on its own|by itself|alone|"
    r"even (?:if|when|though|in|with|after)|"
    r"not (?:the same|always|only|enough|a|an)|"
    r"no longer|instead of|caution|warning|"
    r"can still|may still|but)\b",
    re.IGNORECASE,
)
STRONG_CAUTION: Final = re.compile(
    r"\b(?:(?:do|does) not mean|(?:do|does) not show|(?:is|are) not|not the same|separate(?:ly)?|"
    r"distinct|never)\b",
    re.IGNORECASE,
)
PURPOSE: Final = re.compile(
    r"\b(?:helps?|helped|(?:is|are|be) used (?:to|for|by|when)|use (?:it|them|this|these) to|"
    r"in order to|so that|guides?|decides?|decision|decisions|plan|planning|purpose|reason|reasons|"
    r"tells? (?:the|your|a)|next steps?|matters?|useful)\b",
    re.IGNORECASE,
)
PURPOSE_HEADING: Final = re.compile(
    r"\b(?:why|matters?|purpose|aim|aims|use|used|uses|useful|what .* for|next)\b", re.IGNORECASE
)
NAMES_ONLY: Final = re.compile(r"\b(?:stands? for|also called|for short)\b", re.IGNORECASE)
CONTEXT_HEADING: Final = re.compile(
    r"\b(?:important|context|keep in mind|remember|note|notes|caution|warning|also|related|not|"
    r"separate|limits?)\b",
    re.IGNORECASE,
)
STATE: Final = re.compile(
    r"\b(?:no|none|not|any|all|absent|present|normal|abnormal|gone|clear|zero|half|double[ds]?|"
    r"unchanged|fallen|falls?|fell|dropped|decreased?|increased?|risen|rises?|shrunk|shrinks?|"
    r"below|above|under|over|at least|at most|fewer|less|more|within|between|up|down|"
    r"remains?|persists?|disappear(?:s|ed)?|stays?|returns?|smaller|larger|lower|higher|still|seen|"
    r"found|left|better|worse)\b",
    re.IGNORECASE,
)
# "when all of these are met" only says which category it is.
UNCONDITIONAL: Final = re.compile(
    r"\b(?:when|if|only if|only when) (?:all|every|each|these|the following|both)\b", re.IGNORECASE
)
# A lead-in with one of these says more than which category its items describe. "All" does not:
# each of the items holds by itself.
CONDITION: Final = re.compile(
    r"\b(?:one|two|three|four|five|six|any|either|some|most|if|unless|when|only|after|before|until|"
    r"at least|at most|more than|fewer|except|not|no|none|without|or|may|might|can|could|"
    r"should)\b|\d",
    re.IGNORECASE,
)
# A lead-in that counts or excepts stays with each of its items.
COUNTS_ITEMS: Final = re.compile(
    r"\b(?:one|two|three|four|five|six|any|either|if|unless|only|at least|at most|more than|fewer|"
    r"except|not|no|none|without|rather)\b|\d",
    re.IGNORECASE,
)
DANGLING: Final = re.compile(
    r"^\W*(?:in (?:this|that|these|those|such|both)|at (?:this|that)|for (?:this|these|that)|"
    r"(?:both|neither) (?:must|are|is|need|have|were|can|may|should)|each of (?:these|them)|"
    r"this|that|these|those|it|its|they|them|their|such|he|she|his|her|however|therefore|thus|"
    r"hence|otherwise|instead|similarly|likewise|moreover|furthermore|in addition|in contrast|"
    r"by contrast|in that case|then|but|and|so|yet|nor|the former|the latter|for example|"
    r"for instance|for this reason|because of this|as a result)\b",
    re.IGNORECASE,
)
# "In Z, it is …": what "it" is stands elsewhere, often in a heading.
DANGLING_INSIDE: Final = re.compile(
    r"^\W*(?:in|with|for|after|during) [^,.]{2,60}, (?:it|they|this|these|those|that)\b",
    re.IGNORECASE,
)
PLEONASTIC: Final = re.compile(
    r"^\W*it (?:is|was|may be|can be|is also) (?:\w+ )?\w+ (?:for|that|to|when|if)\b", re.IGNORECASE
)
CONTEXT_PREPOSITIONS: Final = _set(
    "in for during after before when while on under among with at of within from to by"
)

COUNTING: Final = re.compile(
    r"\b(?:all (?:of|the|these|those)|every (?:one|item|mark|sign|criterion)|each of|"
    r"both of|any of|(?:at least|one|two|three|four|five|six|\d+) (?:or more )?of|"
    r"at least (?:one|two|three|four|five|six|\d+) (?!\w*\s*%)[a-z]+s\b)",
    re.IGNORECASE,
)
LASTING: Final = re.compile(
    r"\b(?:(?:\d+|one|two|three|four|five|six|eight|ten|twelve)(?: or more| full)? "
    r"(?:day|week|month|year)s?|for a (?:day|week|month|year))\b",
    re.IGNORECASE,
)
LIVING: Final = re.compile(
    r"\b(?:surviv\w+|live[sd]? (?:longer|shorter|for)|life expectancy|outlook|lifespan|"
    r"how long (?:\w+ ){1,3}lives?)\b",
    re.IGNORECASE,
)

# The asker asks about themselves, or what to do: only general information can be given.
PERSONAL: Final = re.compile(
    r"\b(?:should|can|could|may|must|shall|would|do|will|am|is|are|was|have|need) "
    r"(?:i|we|my|mine)\b|\b(?:for|with|give|tell|help) me\b|\bmy\b|"
    r"\bi(?:'m| am| have|'ve| had| was| take| took| feel| got)\b",
    re.IGNORECASE,
)
