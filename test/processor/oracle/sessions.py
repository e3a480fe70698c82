"""The built-in job of sessions: what each is in the end."""

from patterns import late_row
from recording import by_key, in_order, met, taken

GAP_US = 30 * 60_000_000
KEPT_US = 24 * 60 * 60_000_000
PAGES_MAX = 1000


def session_rows(recording):
    rows = []
    for (tenant, user), activities in by_key(taken(recording, "activities", None), "userId").items():
        until_us = recording.watermarks_us["activities", activities[0].partition]
        sessions, late = sessions_of(activities)
        rows.extend(session_row(tenant, user, session, until_us) for session in sessions)
        rows.extend(late_row("sessions", user, *one) for one in late)
    return rows


def sessions_of(activities):
    sessions = []
    late = []
    for activity in activities:
        watermark_us = met(activity)
        # Those that are forgotten stay as they are.
        kept = [session for session in sessions if over_at(session) + KEPT_US > watermark_us]
        near = [session for session in kept if is_near(activity, session)]
        if not near and activity.time_us + GAP_US + KEPT_US <= watermark_us:
            late.append((activity, activity.time_us + GAP_US, False))
            continue
        was_closed = any(over_at(session) <= watermark_us for session in near)
        earliest = min(near, key=lambda session: min(times(session)), default={"revision": 0})
        joined = {
            "activities": [activity] + [other for session in near for other in session["activities"]],
            "revision": earliest["revision"] + (1 if was_closed else 0),
        }
        sessions = [session for session in sessions if not any(session is other for other in near)] + [joined]
        if over_at(joined) <= watermark_us:
            late.append((activity, over_at(joined), True))
    return sessions, late


def times(session):
    return [activity.time_us for activity in session["activities"]]


def over_at(session):
    return max(times(session)) + GAP_US


def is_near(activity, session):
    return any(abs(activity.time_us - time_us) < GAP_US for time_us in times(session))


def session_row(tenant, user, session, until_us):
    row = {"stream": "sessions", "job": "sessions", "tenant": tenant, "key": user}
    if over_at(session) > until_us:
        # What is shown of it may be a minute old.
        return {**row, "open": True}
    ordered = in_order(session["activities"])
    views = [activity for activity in ordered if activity.members["type"] == "PAGE_VIEW"]
    visited = [view.members["path"] for view in views if view.members.get("path") is not None]
    return {
        **row,
        "open": False,
        "startUs": ordered[0].time_us,
        "endUs": ordered[-1].time_us,
        "activities": len(ordered),
        "pageViews": len(views),
        "pages": list(dict.fromkeys(visited))[:PAGES_MAX],
        "entryPage": visited[0] if visited else None,
        "exitPage": visited[-1] if visited else None,
        "revision": session["revision"],
    }
