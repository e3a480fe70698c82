"""Records as they are in the log, and how far the watermark of each partition had come at the end."""

import json
from collections import namedtuple
from decimal import Decimal

# watermark_us: the one it met; None before there was one.
Event = namedtuple("Event", "tenant topic partition offset id time_us watermark_us members")
# watermarks_us: by (topic, partition), at the end; a partition has it from the kind, or from what its own records met.
Recording = namedtuple("Recording", "events watermarks_us")

NEVER = float("-inf")


def read_recording(path):
    events = []
    kinds = {}
    partitions = {}
    with open(path, encoding="utf-8") as file:
        for line in file:
            recorded = json.loads(line)
            if recorded["type"] == "watermark":
                kinds[recorded["topic"]] = recorded["watermarkMs"] * 1000
                continue
            event = event_of(recorded)
            events.append(event)
            place = (event.topic, event.partition)
            partitions[place] = max(partitions.get(place, NEVER), met(event))
    ids = [(event.topic, event.tenant, event.id) for event in events]
    assert len(ids) == len(set(ids)), "an id stands in the log once"
    watermarks = {place: max(own, kinds.get(place[0], NEVER)) for place, own in partitions.items()}
    return Recording(events, watermarks)


def event_of(recorded):
    members = json.loads(recorded["record"], parse_float=Decimal)
    watermark_ms = members["_watermark"]
    return Event(
        tenant=members["_tenant"],
        topic=recorded["topic"],
        partition=recorded["partition"],
        offset=recorded["offset"],
        id=members.get("_id", members.get("id")),
        time_us=members["_time"],
        watermark_us=None if watermark_ms == 0 else watermark_ms * 1000,
        members={name: value for name, value in members.items() if not name.startswith("_")},
    )


def met(event):
    return NEVER if event.watermark_us is None else event.watermark_us


def in_order(events):
    """By event time; of equal times the smaller id first, by UTF-16 code unit."""
    return sorted(events, key=lambda event: (event.time_us, event.id.encode("utf-16-be")))


def by_key(events, field):
    """Events of one tenant and one value of the field, in log order."""
    keys = {}
    for event in events:
        value = event.members.get(field)
        if value is not None:
            keys.setdefault((event.tenant, value), []).append(event)
    return keys


def is_rekeyed(topic, field):
    return KEYS[topic] != field


# As the kinds are declared.
KEYS = {"transactions": "userId", "activities": "userId", "ratings": "playerId"}


def time_of(recording, topic, field, events):
    """How far the job has come that reads these events of one key: as the slowest of the partitions they may come from."""
    if not is_rekeyed(topic, field):
        return recording.watermarks_us[topic, events[0].partition]
    return min(time_us for (of_topic, _), time_us in recording.watermarks_us.items() if of_topic == topic)


def taken(recording, topic, where):
    return [event for event in recording.events if event.topic == topic and (where is None or fits(where, event.members))]


def fits(where, members):
    """A filter as queries have it: fields are joined by and."""
    return all(_fits_one(name, what, members) for name, what in where.items())


def _fits_one(name, what, members):
    if name == "and":
        return all(fits(tree, members) for tree in what)
    if name == "or":
        return any(fits(tree, members) for tree in what)
    if name == "not":
        return not fits(what, members)
    value = members.get(name)
    return all(_holds(operator, value, operand) for operator, operand in what.items())


def _holds(operator, value, operand):
    if operator == "isNull":
        return (value is None) == operand
    if value is None:
        return False
    if operator == "eq":
        return same(value, operand)
    if operator == "ne":
        return not same(value, operand)
    if operator == "in":
        return any(same(value, each) for each in operand)
    if operator == "notIn":
        return not any(same(value, each) for each in operand)
    compared = Decimal(str(value)) - Decimal(str(operand))
    return {"gt": compared > 0, "gte": compared >= 0, "lt": compared < 0, "lte": compared <= 0}[operator]


def same(value, operand):
    return value == operand
