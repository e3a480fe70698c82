"""What jobs must have written, worked out from the log by brute force.

    python3 oracle.py <recording> <jobs> [settled]

The recording has a line of JSON for each record of the log and for each watermark of a kind that was published (see recording.ts); jobs are a
JSON list of job specifications, and of the names of built-in jobs. Prints the rows that must be there at the end, a line of JSON each, sorted; with
`settled` those that would be there once the watermark had passed everything.

It is written from the documentation of the product and from nothing else. Where a processor goes through events once and keeps state, this
looks at all of them again for every question: it is slow, and there is little to get wrong.
"""

import json
import sys

from patterns import pattern_rows
from recording import read_recording
from players import rating_rows
from rules import RULES
from sessions import session_rows
from windows import ACTIVE_SESSIONS, window_rows


def rows_of(recording, job):
    if job == "sessions":
        return session_rows(recording)
    if job == "active-sessions":
        return window_rows(recording, ACTIVE_SESSIONS)
    if job == "player-ratings":
        return rating_rows(recording)
    if isinstance(job, str):
        return RULES[job](recording)
    if job["shape"]["kind"] == "window":
        return window_rows(recording, job)
    return pattern_rows(recording, job)


def main(recording_file, jobs_file, settled=None):
    recording = read_recording(recording_file)
    if settled == "settled":
        recording.watermarks_us.update(dict.fromkeys(recording.watermarks_us, float("inf")))
    with open(jobs_file, encoding="utf-8") as file:
        jobs = json.load(file)
    lines = [json.dumps(row, sort_keys=True) for job in jobs for row in rows_of(recording, job)]
    print("\n".join(sorted(lines)))


if __name__ == "__main__":
    main(*sys.argv[1:])
