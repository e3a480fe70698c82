import type { KindModel } from '../../model/event-model.ts';
import {
  ACKNOWLEDGEMENTS_TOPIC,
  ALERTS_TOPIC,
  LATE_TOPIC,
  RESULTS_TOPIC,
  SESSIONS_TOPIC,
} from '../../model/streams/stream-topics.ts';
import { type LoadTarget, loadTarget, rejectedTarget } from './load-target.ts';

/** Everything that is loaded from the log: the events of every kind, what was not admitted, and what jobs and people wrote. */
export function loadTargets(kinds: readonly KindModel[]): readonly LoadTarget[] {
  return [...kinds.map(loadTarget), rejectedTarget(), duplicatesTarget(), ...streamTargets()];
}

/** Which ids were seen again. */
export function duplicatesTarget(): LoadTarget {
  return writtenByHand('duplicates', 'at');
}

/** What jobs write, and what people say to alerts. */
export function streamTargets(): readonly LoadTarget[] {
  return [
    writtenByHand(SESSIONS_TOPIC, 'start'),
    writtenByHand(ALERTS_TOPIC, 'matchedAt'),
    writtenByHand(RESULTS_TOPIC, 'start'),
    writtenByHand(LATE_TOPIC, 'at'),
    writtenByHand(ACKNOWLEDGEMENTS_TOPIC, 'at'),
  ];
}

/** A stream whose tables a file of clickhouse/ declares by hand, under these names: no rollups. */
function writtenByHand(topic: string, timeColumn: string): LoadTarget {
  return {
    topic,
    queueTable: `${topic}_queue`,
    rawTable: topic,
    timeColumn,
    rawView: `${topic}_mv`,
    ledgerView: `${topic}_ledger_mv`,
    rawKeptMs: null,
    rollups: [],
  };
}
