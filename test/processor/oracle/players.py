"""The built-in job of player ratings: after each rating, the average of what is the latest version of each."""

from decimal import Decimal

from recording import by_key, taken


def rating_rows(recording):
    rows = []
    for (tenant, player), events in by_key(taken(recording, "ratings", None), "playerId").items():
        # Of two results at one time the later one is there.
        at = {}
        before = {}
        for place in range(len(events)):
            latest = latest_versions(events[: place + 1])
            if latest != before:
                at[events[place].time_us] = {
                    "revision": sum(1 for _ in changes(events[:place])),
                    "values": {"average": average_of(latest.values()), "count": len(latest)},
                }
            before = latest
        rows.extend(
            {
                "stream": "results",
                "job": "player-ratings",
                "tenant": tenant,
                "key": player,
                "startUs": time_us,
                "endUs": time_us,
                **result,
            }
            for time_us, result in at.items()
        )
    return rows


def changes(events):
    for place in range(len(events)):
        if latest_versions(events[: place + 1]) != latest_versions(events[:place]):
            yield place


def latest_versions(events):
    """By rating: the event with its greatest version."""
    latest = {}
    for event in sorted(events, key=lambda event: event.members["version"]):
        latest[event.members["ratingId"]] = event
    return latest


def average_of(events):
    total = sum(Decimal(event.members["rating"]) for event in events)
    return float(total) / len(events)
