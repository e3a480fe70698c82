import { defineJob } from '../define-job.ts';
import type { JobEvent, Operator, Step } from '../operator.ts';
import { StateReader, StateWriter } from '../state-bytes.ts';
import { derivedQuantity, textOfUnits, unitsOf } from '../windows/quantity.ts';
import { declares } from './declares.ts';

/**
 * The running average of each player's ratings, told again with every change of it. A rating counts once, with its latest version: a correction
 * takes the place of the version before, in whatever order they come. So it does not matter when a rating comes, none is late, and at the
 * end the average is what `player { rating }` computes from the events.
 *
 * A result has the time of the rating that changed the average as its start and end; of the results of a player the one with the highest revision
 * counts. Values: `average` (summed exactly, divided once), `count`.
 */
export const playerRatings = defineJob({
  name: 'player-ratings',
  kind: 'rating',
  key: 'playerId',
  operator: runningAverage(),
});

export const declaresRatings = declares('ratings', {
  ratingId: ['ID', 'String'],
  version: ['Int'],
  playerId: ['ID', 'String'],
  rating: ['Decimal'],
});

function runningAverage(): Operator<Ratings> {
  const writer = new StateWriter();
  return {
    onEvent(event, before, step) {
      const ratings = before ?? { latest: new Map(), sum: 0n, changes: 0 };
      if (takeRating(ratings, event)) tell(ratings, event, step);
      return ratings;
    },
    onWake: (ratings) => ratings,
    wakeAtUs: () => null,
    encode(ratings) {
      writer.begin(FORMAT).whole(ratings.changes).whole(ratings.latest.size);
      for (const [ratingId, { version, units }] of ratings.latest) {
        writer.text(ratingId).whole(version).text(textOfUnits(units, RATING.scale));
      }
      return writer.finish();
    },
    decode(bytes) {
      const reader = new StateReader(bytes, FORMAT);
      const ratings: Ratings = { latest: new Map(), sum: 0n, changes: reader.whole() };
      for (let left = reader.whole(); left > 0; left--) {
        const ratingId = reader.text();
        const version = reader.whole();
        const units = unitsOf(RATING, { rating: reader.text() }) ?? 0n;
        ratings.latest.set(ratingId, { version, units });
        ratings.sum += units;
      }
      return ratings;
    },
  };
}

/** Grows with the ratings of a player, about 20 bytes for each beside its id: whichever may still be corrected. */
interface Ratings {
  /** In the order in which they first came. */
  readonly latest: Map<string, { readonly version: number; readonly units: bigint }>;
  sum: bigint;
  /** Results that were told. */
  changes: number;
}

/** 1 | results told | number of ratings | each: id, version, rating as text */
const FORMAT = 1;
/** More digits after the point than any rating has. */
const RATING = derivedQuantity('rating', 18);

/** False where a later version, or this one, was there before. */
function takeRating(ratings: Ratings, { members }: JobEvent): boolean {
  const ratingId = String(members.ratingId);
  const version = Number(members.version);
  const units = unitsOf(RATING, members) ?? 0n;
  const before = ratings.latest.get(ratingId);
  if (before !== undefined && before.version >= version) return false;
  ratings.latest.set(ratingId, { version, units });
  ratings.sum += units - (before?.units ?? 0n);
  return true;
}

function tell(ratings: Ratings, { timeUs }: JobEvent, step: Step): void {
  const count = ratings.latest.size;
  const average = Number(textOfUnits(ratings.sum, RATING.scale)) / count;
  const revision = ratings.changes++;
  step.emit({ stream: 'results', record: { startUs: timeUs, endUs: timeUs, revision, values: { average, count } } });
}
