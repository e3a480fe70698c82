import type { KindModel } from '../../model/event-model.ts';
import { type BulkAnswer, BulkClient, type Pause, pause } from './bulk-client.ts';
import type { ClientJournal } from './client-journal.ts';
import type { EventGenerator } from './event-generator.ts';
import { ExpectedTotals } from './expected-totals.ts';
import { mergedVersion } from './merged-version.ts';

interface SendKindOptions {
  readonly url: string;
  readonly generator: EventGenerator;
  /** Null goes on until the signal aborts. */
  readonly count: number | null;
  readonly batch: number;
  /** Events a second; null sends as fast as the server takes them. */
  readonly rate: number | null;
  readonly signal: AbortSignal;
  readonly journal: ClientJournal | null;
  readonly patienceMs: number;
  readonly onSent?: (count: number) => void;
  readonly onPause?: (pause: Pause) => void;
}

/** What was sent of one kind, what it must become, and what the server said to it. */
export interface SentKind {
  readonly kind: KindModel;
  readonly totals: ExpectedTotals;
  readonly answered: Answered;
  /** Covers everything admitted. Null before the first answer. */
  readonly version: string | null;
}

export interface Answered {
  admitted: number;
  duplicates: number;
  readonly rejected: Map<string, number>;
  /** Requests sent again: what they admitted the first time is answered DUPLICATE the second. */
  repeated: number;
}

/** Sends the items of a generator in their order, one request after another, so that every verdict is known beforehand. */
export async function sendKind(options: SendKindOptions): Promise<SentKind> {
  const { generator, signal } = options;
  const totals = new ExpectedTotals(generator);
  const answered: Answered = { admitted: 0, duplicates: 0, rejected: new Map(), repeated: 0 };
  const { patienceMs, onPause } = options;
  const client = new BulkClient({
    url: () => options.url,
    singular: generator.kind.singular,
    patienceMs,
    ...(onPause === undefined ? {} : { onPause }),
  });
  let version: string | null = null;
  const startedAt = performance.now();
  for (let next = 0; !signal.aborted && (options.count === null || next < options.count); ) {
    await paced(options, next, startedAt);
    const count = batchSize(options, next);
    const batch = makeBatch(generator, totals, next, count);
    await options.journal?.sending(generator.kind.singular, idsOf(batch));
    const answer = await client.send(batch.lines, signal);
    takeAnswer(answered, answer);
    if (options.journal !== null) await options.journal.answered(generator.kind.singular, acknowledged(batch, answer));
    version = mergedVersion(version, answer.version);
    next += count;
    options.onSent?.(count);
  }
  answered.repeated = client.repeated;
  return { kind: generator.kind, totals, answered, version };
}

interface Batch {
  readonly lines: string;
  /** One a line; null where the line has no id that counts. */
  readonly ids: readonly (string | null)[];
}

function makeBatch(generator: EventGenerator, totals: ExpectedTotals, first: number, count: number): Batch {
  const item = generator.item();
  const ids: (string | null)[] = [];
  let lines = '';
  for (let index = first; index < first + count; index++) {
    generator.make(index, item);
    totals.take(item);
    lines += `${item.line}\n`;
    ids.push(item.id);
  }
  return { lines, ids };
}

/** At a rate ten requests a second are enough to look alive, and no batch holds more than its tenth of a second. */
function batchSize({ count, batch, rate }: SendKindOptions, next: number): number {
  const wanted = rate === null ? batch : Math.min(batch, Math.max(1, Math.round(rate / 10)));
  return count === null ? wanted : Math.min(wanted, count - next);
}

async function paced({ rate, signal }: SendKindOptions, next: number, startedAt: number): Promise<void> {
  if (rate === null) return;
  const aheadMs = (next / rate) * 1000 - (performance.now() - startedAt);
  if (aheadMs > 0) await pause(aheadMs, signal);
}

function takeAnswer(answered: Answered, answer: BulkAnswer): void {
  answered.admitted += answer.admitted;
  answered.duplicates += answer.duplicates;
  for (const { rejection } of answer.verdicts) {
    if (rejection !== null) answered.rejected.set(rejection.code, (answered.rejected.get(rejection.code) ?? 0) + 1);
  }
}

function idsOf(batch: Batch): string[] {
  return batch.ids.filter((id) => id !== null);
}

/** What was not rejected is admitted or a duplicate: either way the server has answered for it. */
function acknowledged(batch: Batch, answer: BulkAnswer): { id: string; verdict: string }[] {
  const verdicts = new Map(answer.verdicts.map(({ index, verdict }) => [index, verdict]));
  return batch.ids.flatMap((id, index) => (id === null ? [] : [{ id, verdict: verdicts.get(index) ?? 'ADMITTED' }]));
}
