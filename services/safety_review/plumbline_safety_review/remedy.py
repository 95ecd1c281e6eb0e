"""What can be done about a finding."""

from enum import Enum


class Remedy(Enum):
    """What would mend a finding. NONE: nothing does, whatever the policy allows."""

    QUOTE = "the sentence is replaced by the words it cites"
    CONTEXT = "the words that its quotation depends on are quoted with it"
    NOTICE = "the notice is added"
    NONE = "nothing"
