"""The words a handler and the log have for "no".

* BusError
  + Reject             the record is wrong: dead letter now, then commit
  + Unavailable        the world is wrong: wait and try again, lose nothing, report not ready
  + TooManyDeadLetters the brake: the service stops instead of filling the dead letters
  + FollowError        a follower met a record it cannot read: it stops with the reason
  + RecordTooLarge     a message does not fit its topic: split it before appending
  + NoSuchTopic        the log has no topic of that name: create the topics first
  + LogInUse           another process holds this log: stop it first, or use another home
  + Stalled            the log's client is stuck or broken: end the process, a new one is well
  + Undecodable        (within this package) no event of its topic: dead letter, counts to the brake

Anything else that a handler raises is a bug of ours: a few tries, then a dead letter.
"""


class BusError(Exception):
    """Root of what this package raises."""


class Reject(BusError):
    """The record is wrong. `reason` is a short code without any word of the record."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Unavailable(BusError):
    """The world is wrong, the record is not: it will be tried again until the world is well.

    Its text is shown to operators: say what is missing, never a word of the record.
    """


class TooManyDeadLetters(BusError):
    """Too many undecodable records or bugs in a row. A person must look."""


class FollowError(BusError):
    """A follower cannot read a record and may not skip it."""


class RecordTooLarge(BusError):
    """A message is larger than its topic allows."""


class NoSuchTopic(BusError):
    """The log has no topic of that name; `plumbline topics apply` creates all of them."""


class LogInUse(BusError):
    """The log is held by another process; the message says by which pid."""


class Stalled(BusError):
    """The client of the log gives nothing although there is something, or cannot go on.

    Nothing in this process can mend it. Whatever was in hand comes again in the next one.
    """


class Undecodable(BusError):
    """A record that is no event of its topic. `reason` is a code without any word of the record."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason
