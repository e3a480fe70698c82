"""Windows: which events each one takes, and how often it was published."""

from decimal import ROUND_HALF_UP, Decimal, localcontext

from patterns import late_row
from recording import by_key, is_rekeyed, met, taken, time_of


def window_rows(recording, job):
    window = job["shape"]["window"]
    source = job["source"]
    rows = []
    fixed, sessions = fixed_windows, session_windows
    if is_rekeyed(source["topic"], source["keyField"]):
        fixed, sessions = rekeyed_fixed_windows, rekeyed_session_windows
    find = sessions if window["kind"] == "session" else fixed
    for (tenant, key), events in by_key(taken(recording, source["topic"], source["where"]), source["keyField"]).items():
        until_us = time_of(recording, source["topic"], source["keyField"], events)
        windows, late = find(window, job, events, until_us)
        rows.extend(
            {
                "stream": "results",
                "job": job["name"],
                "tenant": tenant,
                "key": key,
                "startUs": start_us,
                "endUs": end_us,
                **({} if revision is None else {"revision": revision}),
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
    return windows, late_for_fixed(window, job, events)


def late_for_fixed(window, job, events):
    size_us = window["sizeMs"] * 1000
    slide_us = window.get("slideMs", window["sizeMs"]) * 1000
    late = []
    for event in events:
        ends = [start + size_us for start in starts_of(event.time_us, size_us, slide_us)]
        if max(ends) <= met(event):
            corrected = job["late"] == "CORRECT" and met(event) < max(ends) + lateness_us(job)
            late.append((event, max(ends), corrected))
    return late


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


def rekeyed_fixed_windows(window, job, events, until_us):
    """How often one was published depends on which partition was read first: there is no revision to compare."""
    size_us = window["sizeMs"] * 1000
    slide_us = window.get("slideMs", window["sizeMs"]) * 1000
    starts = sorted({start for event in events for start in starts_of(event.time_us, size_us, slide_us)})
    windows = []
    for start_us in starts:
        end_us = start_us + size_us
        inside = [
            event
            for event in events
            if start_us <= event.time_us < end_us and met(event) < end_us + lateness_us(job)
        ]
        if inside and until_us >= end_us:
            windows.append((start_us, end_us, None, inside))
    return windows, late_for_fixed(window, job, events)


def rekeyed_session_windows(window, job, events, until_us):
    """Each event is judged by itself; the windows are the runs of those that were taken."""
    gap_us = window["gapMs"] * 1000
    runs = []
    late = []
    for event in sorted(events, key=lambda event: event.time_us):
        own_end_us = event.time_us + gap_us
        is_taken = met(event) < own_end_us + lateness_us(job)
        if own_end_us <= met(event):
            late.append((event, own_end_us, is_taken))
        if not is_taken:
            continue
        if runs and event.time_us - runs[-1][-1].time_us < gap_us:
            runs[-1].append(event)
        else:
            runs.append([event])
    windows = [(run[0].time_us, run[-1].time_us + gap_us, None, run) for run in runs]
    return [window for window in windows if window[1] <= until_us], late


def values_of(job, events):
    return {measure: value_of(job, measure, events) for measure in job["shape"]["measures"]}


def value_of(job, measure, events):
    if measure == "count":
        return len(events)
    if measure == "sessions":
        # Those that do not say are one together.
        return len({event.members.get("sessionId") for event in events})
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


# The built-in job of active sessions.
ACTIVE_SESSIONS = {
    "name": "active-sessions",
    "source": {"topic": "activities", "where": None, "keyField": "userId"},
    "shape": {"kind": "window", "window": {"kind": "tumbling", "sizeMs": 300_000}, "measures": ["sessions"]},
    "late": "CORRECT",
    "allowedLatenessMs": 600_000,
}
