"""The words that tell now from once, mine from others', and is from might be."""

from __future__ import annotations

import re

# Where a new clause starts inside a sentence. A comma inside a list starts none.
CLAUSE = re.compile(
    r"\s*[,;:]\s*(?=(?:and |but |so |then |now |or )?(?:i|i'm|i've|i'd|im|ive|my|he|he's|she|she's"
    r"|we|what|should|"
    r"shall|do|can|could|is|are|it|it's|please|how|why|when|who|does|the|this|that|help|now)\b)"
    r"|\s+[-–—]+\s+|\s*\.{2,}\s*|\s+(?:but|because|cos|however|although|except)\s+",
    re.IGNORECASE,
)
FINER = re.compile(
    r"\s+(?:and|so|plus|then)\s+(?=(?:i|i'm|i've|im|ive|my|he|he's|she|she's|we|now|what"
    r"|should)\b)",
    re.IGNORECASE,
)

PERSON = (
    r"(?:i|we|he|she|my (?:[\w-]+ ){0,2}?[\w-]+|mum|mom|mam|mother|dad|father|husband|wife|"
    r"partner|son|daughter|patient next to me)"
)
STATE = (
    r"(?:ha(?:ve|s|d)(?! to)|having|am|is|are|was|feels?|felt|keeps?|got|gets?|getting|can't|cant"
    r"|cannot|won't|wont|woke|"
    r"started|been|took|noticed|hit|fell|collapsed|fainted|passed|coughed|threw|vomit\w*|just"
    r"|looks?|seems?|hurts?|"
    r"develop\w*|spiked|run|running|measured|checked|cough|bleed|don't|doesn't|couldn't|banged)"
)
HAPPENING = re.compile(
    rf"\b{PERSON}(?:'ve|'m|'s|'d)? (?:(?:\w+ly|just|also|now|still|really|so|all"
    rf"|both) ){{0,2}}{STATE}\b"
    r"|\b(?:i'm|i've|im|ive|he's|she's|hes|shes|they've|we're|we've)\b"
    r"|\b(?:am|have|has|is|are|was) (?:i|he|she|we|my)\b|\bhelp(?: me| us)?\b(?! (?:with|for|the"
    r"|to|against))",
    re.IGNORECASE,
)
NOT_THEIRS = re.compile(
    r"\b(?:my|his|her|our)(?= (?:[\w-]+ ){0,2}?(?:leaflets?|booklets?|brochures?|cards?"
    r"|guidelines?|website|criteria|study|"
    r"trial|doctors?|nurses?|consultants?|team|hospital|pharmacist|chart|report)\b)",
    re.IGNORECASE,
)
MINE_BEFORE = re.compile(r"\b(?:my|his|her)\b(?: [\w'-]+){0,3}\s*$", re.IGNORECASE)
READING = re.compile(
    r"\b(?:i|we|he|she) (?:have )?(?:read|heard|saw|was told|learned|understand|know)\b", re.I
)

SUPPOSED = re.compile(
    r"\b(?:if|unless|in case|suppose|supposing|imagine|whether|what if|would it be|in the event|"
    r"should (?:i|he|she|we) (?:get|develop|have|run|notice|become|start)|were (?:i|he|she) to"
    r"|were to|"
    r"when (?:should|do|would|must|can|is it time|to|does)|as soon as|every time|any time|whenever|"
    r"(?:scared|afraid|frightened|terrified|worried|anxious|worry|nervous|fear) (?:of|about"
    r"|that) (?:getting|having|"
    r"i(?:'ll| will| might| could))|might (?:get|develop)|may (?:get|develop)|could (?:get"
    r"|develop)|"
    r"will i (?:get|have|develop|ever)|going to get|am i (?:likely|going) to|likely to (?:get"
    r"|have))\b",
    re.IGNORECASE,
)
SAID_NOW = re.compile(r"^.{0,12}\b(?:right now|now|at the moment|currently)\b", re.IGNORECASE)
RISK = re.compile(
    r"\b(?:risks?|chances?|danger|likelihood|odds|rates?|prevention|history|cause|causes|treatment"
    r"|signs?|symptoms?|"
    r"episodes?|incidence|definition|meaning) (?:of|for)(?: (?:a|an|the|having|getting|new|severe"
    r"|any|my|serious|major))*\s*$"
    r"|\b(?:avoid|prevent|preventing|avoiding|reduce the risk of|lower the risk of|protect against"
    r"|call it|called|"
    r"counts? as|count as|defined as|such as|like|including|e\.g\.)(?: (?:a|an|the|any|having"
    r"|getting))*\s*$"
    r"|\b(?:have|take|start|use|on|safe)\b[^,.]* after (?:a|an|my|his|her|having a)\s*$",
    re.IGNORECASE,
)
ASKED_IN_GENERAL = re.compile(
    r"^\W*(?:(?:hi|hello|hey|dear \w+|please|so|and|also|ok|okay|can you (?:tell me|explain)"
    r"|could you (?:tell me|explain)|"
    r"tell me|i(?:'d| would) like to know|i want to know|just wondering|i was wondering"
    r"|do you know|i wonder)[\s,:]+)*"
    r"(?:what(?!'?s? (?:wrong|happening|going on)| (?:should|can|must|shall|do) (?:i|we|he|she)\b"
    r"| to do|'s up)"
    r"|which|who|whose|where|why (?:do|does|is|are|might|would|can|could|should|did)(?! (?:i|my|he"
    r"|she)\b)"
    r"|how (?:common|often|many|much|long|likely|high|low|hot|quickly|soon|serious|is|are|does"
    r"|do (?!i\b|we\b)|can (?!i\b)|"
    r"will|would|common|come)"
    r"|(?:can|could|does|do|did|will|would|may|might)(?!['’]| (?:i|my|he|she|we|you|it|this|that"
    r"|someone|somebody|anyone|u)\b)"
    r"|explain|define|describe|list|name|about|meaning|definition|difference|tell me about"
    r"|information|info|compare"
    r"|explain to me)\b",
    re.IGNORECASE,
)
IS_IT = re.compile(
    r"\b(?:is|are|as|be|being|was|were|list\w*)\b.{0,60}\b(?:side[ -]?effects?|symptoms?|signs?"
    r"|criteri\w+|common|usual|typical|"
    r"expected|part of|listed|mentioned|included|linked|due to|caused by|related to|one of"
    r"|B symptoms?)\b"
    r"|\b(?:cause|causes|causing|lead|leads|mean|means|meanings?|include|includes|count|counts"
    r"|defined?)\b",
    re.IGNORECASE,
)
IN_GENERAL = re.compile(
    r"\b(?:people|patients|persons|individuals|those (?:with|who|on)|others|adults|children|men"
    r"|women|"
    r"(?:someone|anyone|everyone|somebody|a person|a patient) (?:with|who|on|taking)|"
    r"most of us|many of us|when you have|if you have)\b",
    re.IGNORECASE,
)
SOURCE = re.compile(
    r"\b(?:leaflets?|booklets?|brochures?|websites?|web ?site|guidelines?|guidance|criteri(?:a|on)"
    r"|definitions?|stud(?:y|ies)|"
    r"trials?|articles?|papers?|textbook|iwcll|(?:the |my )?(?:alert )?card (?:says|mentions"
    r"|lists)|it says|they say|(?:read|heard) (?:that|about|of)|instructions?|"
    r"the doctor said (?:to|that if)|word|term|phrase|sentence|table|staging|answer|this page)\b",
    re.IGNORECASE,
)
PAST = re.compile(
    r"(?<!since )(?<!from )\b(?:last (?:year|month|week|summer|winter|spring|autumn|time|christmas"
    r"|january|february|march|april|"
    r"may|june|july|august|september|october|november|december)|(?:years?|months?|weeks?) (?:ago"
    r"|back|earlier)|in (?:19|20)\d\d|"
    r"used to|previously|in the past|back then|when i was (?:\w+ )?(?:young|a|first|little"
    r"|diagnosed|on)|as a child|"
    r"history of|once had|before (?:i was |my )?(?:diagnos\w+|treatment)|years before"
    r"|had (?:\w+ ){0,3}once|"
    r"a few years|long ago|earlier this year)\b",
    re.IGNORECASE,
)
NOW = re.compile(
    r"\b(?:now|today|tonight|again|still|since|this (?:morning|afternoon|evening|week)|currently"
    r"|at the moment|"
    r"started|began|begun|ongoing|just|last night|yesterday|(?:an?|\d+|few|couple of) (?:hours?"
    r"|minutes?|mins?) ago)\b",
    re.IGNORECASE,
)
AGAIN = re.compile(r"\b(?:again|still|back|returned|since|come back|came back)\b", re.IGNORECASE)
# "It" in one sentence is what another sentence asks about.
IT_IS_THERE = re.compile(
    r"\b(?:i|he|she|we|my \w+)(?:'ve|'s| have| has)? (?:had|got|have|has|having|get|getting"
    r"|feel) (?:it|this|that|them|these|one)\b"
    r"|\bit (?:started|began|came on|won't|will not|is getting|keeps)\b|\bi do\b",
    re.IGNORECASE,
)
FIRST_PERSON = re.compile(r"\b(?:i|i'm|i've|i'd|im|ive|me|my|myself)\b", re.IGNORECASE)

# What may stand between a negation and what it denies. "Does not help my fever" denies no fever.
FILLER = (
    r"(?:(?:have|had|having|got|get|getting|any|a|an|the|been|feel|feeling|experienced"
    r"|experiencing|notic(?:ed|ing)|to|"
    r"really|running|currently|yet|with|much|of|signs?|see|seeing|suffer(?:ed|ing)?|from|had|new"
    r"|severe|high|"
    r"ever|more|further|bad|actually|think|i|there|is|sort|kind|type|symptoms?)\s+){0,5}"
)
DENIAL = re.compile(
    rf"(?:\b(?:no|not|never|without|nor|deny|denies|denied|zero|free (?:of|from)|dont|havent|hasnt"
    rf"|doesnt|didnt|isnt)|n't)\s+{FILLER}$",
    re.IGNORECASE,
)
NOT_A_DENIAL = re.compile(
    r"\b(?:not only|not just|no doubt|not sure(?: if| whether)?)\s+[\w\s']*$", re.IGNORECASE
)
# Words are taken whole ("++"): without that, a long list would be tried in every way of cutting it.
ITEM = r"(?:(?!(?:or|nor|but|i|my|can't|is|am|have|has|and|just|only)\b)[a-z'-]++\s?){1,3}"
DENIED_LIST = re.compile(
    rf"\b(?:no|not any|no longer (?:have|had|get|got)|without(?: any)?|n't (?:have|had"
    rf"|got)(?: any)?)\s+{ITEM}(?:,\s*{ITEM})*,?\s*(?:or|nor|and no)\s+(?:any\s+)?{ITEM}",
    re.IGNORECASE,
)
OVER = re.compile(
    r"^\s*(?:has|have|had|is|are|was)\s+(?:now\s+|completely\s+|all\s+)?(?:gone(?! up| through)"
    r"|passed|resolved|settled|"
    r"disappeared|stopped|cleared|better now|over now)\b",
    re.IGNORECASE,
)
