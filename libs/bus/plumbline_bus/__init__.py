"""How it crosses: the log seam, both logs, the consume loop."""

from plumbline_bus.clock import utc_now
from plumbline_bus.consume import consume
from plumbline_bus.errors import (
    BusError,
    FollowError,
    LogInUse,
    NoSuchTopic,
    RecordTooLarge,
    Reject,
    Stalled,
    TooManyDeadLetters,
    Unavailable,
)
from plumbline_bus.event import Event
from plumbline_bus.follow import CATCHING_UP, follow
from plumbline_bus.health import Health
from plumbline_bus.ids import event_id
from plumbline_bus.lanes import Lanes
from plumbline_bus.local import LocalLog, open_local
from plumbline_bus.local_look import LocalLook, look_at
from plumbline_bus.log import Appended, Headers, Log, Record, Subscription
from plumbline_bus.look import Look, Unread
from plumbline_bus.open_log import brokers_of, open_log
from plumbline_bus.patience import Patience
from plumbline_bus.publish import publish
from plumbline_bus.retention import Retention
from plumbline_bus.route import EventRoute, Follower, Handler, Route
from plumbline_bus.topics_admin import create_topics, require_topics, topic_names
from plumbline_bus.trail import Hop

__all__ = [
    "CATCHING_UP",
    "Appended",
    "BusError",
    "Event",
    "EventRoute",
    "FollowError",
    "Follower",
    "Handler",
    "Headers",
    "Health",
    "Hop",
    "Lanes",
    "LocalLog",
    "LocalLook",
    "Log",
    "LogInUse",
    "Look",
    "NoSuchTopic",
    "Patience",
    "Record",
    "RecordTooLarge",
    "Reject",
    "Retention",
    "Route",
    "Stalled",
    "Subscription",
    "TooManyDeadLetters",
    "Unavailable",
    "Unread",
    "brokers_of",
    "consume",
    "create_topics",
    "event_id",
    "follow",
    "look_at",
    "open_local",
    "open_log",
    "publish",
    "require_topics",
    "topic_names",
    "utc_now",
]
