"""Windows: which events each one takes, and how often it was published."""

from decimal import ROUND_HALF_UP, Decimal, localcontext

from patterns import late_row
from recording import NEVER, by_key, met, taken


def window_rows(recording, job):
    window = job["shape"]["window"]
    source = job["source"]
    rows = []
    find = session_windows if window["kind"] == "session" else fixed_windows
    for (tenant, key), events in by_key(taken(recording, source["topic"], source["where"]), source["keyField"]).items():
        until_us = recording.watermarks_us[source["topic"], events[0].partition]
        windows, late = find(window, job, events, until_us)
        rows.extend(
            {
                "stream": "results",
                "job": job["name"],
                "tenant": tenant,
                "key": key,
                "startUs": start_us,
                "endUs": end_us,
                "revision": revision,
                "values": values_of(job, inside),
            }
            for start_us, end_us, revision, inside in windows
        )
        if job["late"] != "DISCARD":
            rows.extend(late_row(job["name"], key, *one) for one in late)
    return rows


def lateness_us(job):
    """For how long a closed window takes events. Only corrections make it do so."""
    return job["allowedLatenessMs"] * 1000 if job["late"] == "CORRECT" else 0


def fixed_windows(window, job, events, until_us):
    size_us = window["sizeMs"] * 1000
    slide_us = window.get("slideMs", window["sizeMs"]) * 1000
    starts = sorted({start for event in events for start in starts_of(event.time_us, size_us, slide_us)})
    windows = []
    for start_us in starts:
        end_us = start_us + size_us
        inside = [event for event in events if start_us <= event.time_us < end_us]
        in_time = [event for event in inside if met(event) < end_us]
        corrections = [event for event in inside if end_us <= met(event) < end_us + lateness_us(job)]
        published = (1 if in_time and until_us >= end_us else 0) + len(corrections)
        if published > 0:
            windows.append((start_us, end_us, published - 1, in_time + corrections))
    late = []
    for event in events:
        ends = [start + size_us for start in starts_of(event.time_us, size_us, slide_us)]
        if max(ends) <= met(event):
            corrected = job["late"] == "CORRECT" and met(event) < max(ends) + lateness_us(job)
            late.append((event, max(ends), corrected))
    return windows, late


def starts_of(time_us, size_us, slide_us):
    last = time_us // slide_us * slide_us
    starts = []
    while last > time_us - size_us:
        starts.append(last)
        last -= slide_us
    return starts


def session_windows(window, job, events, until_us):
    """The only ones that need the order of the log: what an event joins depends on what was there."""
    gap_us = window["gapMs"] * 1000
    keeps_us = lateness_us(job)
    kept = []
    gone = []
    late = []

    def end_of(group):
        return max(event.time_us for event in group["events"]) + gap_us

    def bounds(group):
        return min(event.time_us for event in group["events"]), end_of(group)

    def publish_until(watermark_us):
        for group in kept:
            if not group["shown"] and end_of(group) <= watermark_us:
                group["shown"] = True
                group["revision"] += 1

    def forget_until(watermark_us):
        for group in [group for group in kept if end_of(group) + keeps_us <= watermark_us]:
            kept.remove(group)
            gone.append(group)

    for event in events:
        publish_until(met(event))
        forget_until(met(event))
        touched = [
            group for group in kept if any(abs(event.time_us - other.time_us) < gap_us for other in group["events"])
        ]
        if not touched and event.time_us + gap_us + keeps_us <= met(event):
            late.append((event, event.time_us + gap_us, False))
            continue
        joined = {"events": [event] + [other for group in touched for other in group["events"]], "shown": False}
        # What was shown with other bounds is taken back, which is a revision of its own.
        joined["revision"] = max(
            [group["revision"] + (group["shown"] and bounds(group) != bounds(joined)) for group in touched], default=-1
        )
        for group in touched:
            kept.remove(group)
        kept.append(joined)
        if end_of(joined) <= met(event):
            late.append((event, end_of(joined), True))
        publish_until(met(event))
    publish_until(until_us)
    windows = [
        (*bounds(group), group["revision"], group["events"])
        for group in kept + gone
        if group["shown"]
    ]
    return windows, late


def values_of(job, events):
    return {measure: value_of(job, measure, events) for measure in job["shape"]["measures"]}


def value_of(job, measure, events):
    if measure == "count":
        return len(events)
    if measure == "userIdDistinct":
        return len({event.members["userId"] for event in events})
    if one_currency(job):
        return figure(measure, events)
    currencies = {event.members["currency"] for event in events}
    return {
        currency: figure(measure, [event for event in events if event.members["currency"] == currency])
        for currency in currencies
    }


def one_currency(job):
    where = job["source"]["where"] or {}
    return job["source"]["keyField"] == "currency" or "eq" in where.get("currency", {})


AVERAGE_DIGITS = Decimal(1).scaleb(-10)  # An amount has 4, an average 6 more.


def figure(measure, events):
    amounts = [Decimal(event.members["amount"]) for event in events]
    if measure == "amountSum":
        return text(sum(amounts, Decimal(0)))
    if not amounts:
        return None
    if measure == "amountMin":
        return text(min(amounts))
    if measure == "amountMax":
        return text(max(amounts))
    assert measure == "amountAvg", measure
    with localcontext() as context:
        context.prec = 60
        # Decimal's "half up" is half away from zero.
        return text((sum(amounts) / len(amounts)).quantize(AVERAGE_DIGITS, ROUND_HALF_UP))


def text(value):
    """Plain, without zeros at the end."""
    plain = format(value, "f")
    return plain.rstrip("0").rstrip(".") if "." in plain else plain
