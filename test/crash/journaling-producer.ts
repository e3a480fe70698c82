import { BulkClient } from '../../src/cli/generate/bulk-client.ts';
import type { ClientJournal } from '../../src/cli/generate/client-journal.ts';
import { EventGenerator } from '../../src/cli/generate/event-generator.ts';
import { ExpectedTotals } from '../../src/cli/generate/expected-totals.ts';
import { mergedVersion } from '../../src/cli/generate/merged-version.ts';
import { nextRandom, seedBits } from '../../src/cli/generate/random.ts';
import type { ServerShows } from '../../src/cli/generate/server-shows.ts';
import { loadDeclarations } from '../../src/model/declare/load-declarations.ts';
import type { KindModel } from '../../src/model/event-model.ts';

export const MODEL = loadDeclarations(new URL('../../schema/events', import.meta.url).pathname);

/** One with a simple id, one with a composite id, one with a text column: what differs in the tables between kinds. */
export const KINDS: readonly KindModel[] = MODEL.kinds.filter(({ plural }) =>
  ['transactions', 'ratings', 'logLines'].includes(plural),
);

const SHARES = { duplicates: 0.02, conflicts: 0.005, late: 0.02, future: 0.002, tooOld: 0.002, broken: 0.005 };
/** Ends before now, so that nothing is in the future however slow the run is; a few hours, so that several partitions are touched. */
const SPAN_MS = 30 * 3_600_000;

/** Who sends the events of one kind and writes down, on its own disk, what it sent and what it was told. */
export interface JournalingProducer {
  readonly kind: KindModel;
  readonly generator: EventGenerator;
  readonly totals: ExpectedTotals;
  readonly client: BulkClient;
  readonly journal: ClientJournal;
  readonly seed: string;
  /** How many events it sends. */
  readonly count: number;
  /** The text of everything that must be in `rejected`, each once. */
  readonly refused: Set<string>;
  version: string | null;
}

export interface ProducerOptions {
  readonly kind: KindModel;
  /** Asked before every attempt. */
  readonly url: () => string;
  readonly journal: ClientJournal;
  readonly seed: string;
  /** Of all kinds together. */
  readonly events: number;
}

export function journalingProducer({ kind, url, journal, seed, events }: ProducerOptions): JournalingProducer {
  const generator = new EventGenerator({
    kind,
    enums: MODEL.enums,
    seed: `${seed}/${kind.plural}`,
    timeline: { startMs: Date.now() - SPAN_MS, stepMs: (SPAN_MS * KINDS.length) / events },
    shares: SHARES,
  });
  // Ten minutes: many times the longest recovery. Whoever needs longer is found, not waited for.
  const client = new BulkClient({ url, singular: kind.singular, patienceMs: 600_000 });
  const totals = new ExpectedTotals(generator);
  const count = Math.floor(events / KINDS.length);
  return { kind, generator, totals, client, journal, seed, count, refused: new Set(), version: null };
}

/** Batches of 1 to 300 events: every id is on the producer's disk before it is sent, and the answer after. */
export async function sendAll(producer: JournalingProducer, progress: { sent: number }): Promise<void> {
  const { kind, generator, totals, journal, client, seed, count } = producer;
  const item = generator.item();
  let bits = seedBits(`${seed}/${kind.plural}/batches`);
  for (let next = 0; next < count; ) {
    bits = nextRandom(bits);
    const end = Math.min(count, next + 1 + (bits % 300));
    const size = end - next;
    const ids = new Set<string>();
    let lines = '';
    for (; next < end; next++) {
      totals.take(generator.make(next, item));
      lines += `${item.line}\n`;
      if (item.verdict === 'ADMITTED' && item.id !== null) ids.add(item.id);
      if (item.verdict !== 'ADMITTED' && item.verdict !== 'DUPLICATE') producer.refused.add(item.line);
    }
    await journal.sending(kind.plural, [...ids]);
    const answer = await client.send(lines);
    await journal.answered(
      kind.plural,
      [...ids].map((id) => ({ id, verdict: 'ADMITTED' })),
    );
    producer.version = mergedVersion(producer.version, answer.version);
    progress.sent += size;
  }
}

/** What the server showed before anything was sent. */
export const NOTHING: ServerShows = { groups: new Map(), ledger: { expected: 0, seen: 0, gaps: 0, duplicates: 0 } };

/** Everything that producers send falls into it. */
export function wholeRange(): { readonly fromMs: number; readonly toMs: number } {
  const hour = 3_600_000;
  const now = Math.ceil(Date.now() / hour) * hour;
  return { fromMs: now - SPAN_MS - 24 * hour, toMs: now };
}
