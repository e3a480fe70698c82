"""Patterns: every attempt by itself, every way to complete it, then what may stay beside what."""

from collections import namedtuple

from recording import by_key, fits, in_order, met, taken, time_of

# moment: (time, 0, place) of the event that completed it, or (time, 1, 0) where a time was over: events of that very time come before.
# counts: how many events each step took. events: their places in the key's order.
Match = namedtuple("Match", "moment counts events")
Step = namedtuple("Step", "contiguity fits times or_more")


def pattern_rows(recording, job):
    pattern = job["shape"]["pattern"]
    steps = [step_of(data) for data in pattern["steps"]]
    return alert_rows(
        recording,
        name=job["name"],
        topic=job["source"]["topic"],
        where=job["source"]["where"],
        key_field=job["source"]["keyField"],
        lateness_us=job["allowedLatenessMs"] * 1000,
        late=job["late"],
        find=lambda events, until_us: matches_of(
            steps, pattern["withinMs"] * 1000, pattern["afterMatch"], events, until_us
        ),
    )


def step_of(data):
    return Step(data["contiguity"], filter_of(data["where"]), data["times"], data["orMore"])


def filter_of(where):
    return lambda event, _so_far: where is None or fits(where, event.members)


def alert_rows(recording, name, topic, where, key_field, lateness_us, late, find):
    """`find` gets the settled events of a key in order, and the time up to which (without it) everything is settled."""
    rows = []
    for (tenant, key), events in by_key(taken(recording, topic, where), key_field).items():
        missed = [event for event in events if event.time_us < met(event) - lateness_us]
        until_us = time_of(recording, topic, key_field, events) - lateness_us
        settled = [event for event in events if event not in missed and event.time_us < until_us]
        for matched_at_us, found in find(in_order(settled), until_us):
            rows.append(
                {
                    "stream": "alerts",
                    "job": name,
                    "tenant": tenant,
                    "key": key,
                    "matchedAtUs": matched_at_us,
                    "events": [event.id for event in found],
                }
            )
        if late != "DISCARD":
            rows.extend(late_row(name, key, event, met(event) - lateness_us, False) for event in missed)
    return rows


def late_row(job, key, event, missed_end_us, corrected):
    return {
        "stream": "late",
        "job": job,
        "tenant": event.tenant,
        "key": key,
        "id": event.id,
        "missedEndUs": missed_end_us,
        "corrected": corrected,
    }


def matches_of(steps, within_us, after_match, events, until_us):
    found = []
    for start in range(len(events)):
        complete = list(ways(steps, within_us, events, start, until_us))
        if complete:
            first = min(match.moment for match in complete)
            # The way that is complete first; of those the one whose first step took most, then the second.
            found.append(max((match for match in complete if match.moment == first), key=lambda match: match.counts))
    found.sort(key=lambda match: (match.moment, match.events[0]))
    skipped_to = -1
    for match in found:
        if after_match == "SKIP_PAST_LAST":
            if match.events[0] <= skipped_to:
                continue
            skipped_to = match.events[-1]
        yield match.moment[0], [events[place] for place in match.events]


def ways(steps, within_us, events, start, until_us):
    """Every way in which the attempt that begins at this event is completed."""
    if not steps[0].fits(events[start], ()):
        return
    end_us = events[start].time_us + within_us

    def so_far(places):
        return tuple(events[place] for place in places)

    def after_event(at, count, counts, places):
        """Step `at` has just taken its `count`-th event."""
        step = steps[at]
        last_step = at == len(steps) - 1
        if count >= step.times:
            if last_step:
                yield Match((events[places[-1]].time_us, 0, places[-1]), counts + (count,), places)
                return
            yield from next_step(at + 1, counts + (count,), places)
        if count < step.times or step.or_more:
            yield from wait(at, count, counts, places, forbidden=None)

    def next_step(at, counts, places):
        if steps[at].contiguity != "NOT_FOLLOWED_BY":
            yield from wait(at, 0, counts, places, forbidden=None)
        elif at < len(steps) - 1:
            yield from wait(at + 1, 0, counts + (0,), places, forbidden=steps[at])
        else:
            rest = [event for event in events[places[-1] + 1 :] if event.time_us <= end_us]
            quiet = not any(steps[at].fits(event, so_far(places)) for event in rest)
            if quiet and end_us < until_us:
                yield Match((end_us, 1, 0), counts + (0,), places)

    def wait(at, count, counts, places, forbidden):
        """For one more event of step `at`, from behind the last one taken."""
        for place in range(places[-1] + 1, len(events)):
            if events[place].time_us > end_us:
                return
            if steps[at].fits(events[place], so_far(places)):
                yield from after_event(at, count + 1, counts, places + (place,))
                return
            if steps[at].contiguity == "NEXT":
                return
            if forbidden is not None and forbidden.fits(events[place], so_far(places)):
                return

    yield from after_event(0, 1, (), (start,))
