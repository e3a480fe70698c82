import { IN_KEPT_MS } from '../../ingest/kafka/admission-topics.ts';
import type { EventModel } from '../../model/event-model.ts';
import type { Config } from '../../platform/config.ts';

/**
 * How long an id is remembered: a day more than an event may be old when it is judged, because clocks differ and a request may take its time.
 *
 * On the disk of this machine it is judged when it is received. On Kafka it may wait in `.in` for as long as that is kept; and what comes from a
 * foreign topic may have lain there before, for as long as an event may be old.
 */
export function claimsKeptMs(
  { acceptPastMs, kafka }: Pick<Config, 'acceptPastMs' | 'kafka'>,
  { kinds }: EventModel,
): number {
  if (kafka === null) return acceptPastMs + DAY_MS;
  const isFed = kinds.some(({ from }) => from !== null);
  return acceptPastMs + IN_KEPT_MS + DAY_MS + (isFed ? acceptPastMs : 0);
}

const DAY_MS = 86_400_000;
