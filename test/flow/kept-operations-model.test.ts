import { afterAll, beforeAll, expect, test } from 'vitest';
import { decodeVersion } from '../../src/model/version.ts';
import { graphql, type LakegateHere, removeDir, startLakegateHere } from '../support/lakegate.ts';
import { randomFrom } from '../support/random.ts';

/*
 * The whole product against a list of what was sent: random steps over HTTP ask the same operations again and again, write to one kind or the
 * other, now or of days ago, wait for it or not, write while they ask, throw away what is kept or have it made anew. What an answer counts
 * must be what lies before the offsets that its own version names, and that must be all that was waited for before it was asked. Of one that
 * names no version the latter is known, and that it counts nothing that was never sent.
 */

const STEPS = Number(process.env.LAKEGATE_TEST_STEPS ?? 800) / 10;
const SEED = Number(process.env.LAKEGATE_TEST_SEED ?? 20261121);
const DAY_MS = 86_400_000;
const TODAY_MS = Math.floor(Date.now() / DAY_MS) * DAY_MS;
const RANGE = `range: {from: "${new Date(TODAY_MS - 5 * DAY_MS).toISOString()}", to: "${new Date(TODAY_MS + DAY_MS).toISOString()}"}`;

const KINDS = ['transaction', 'rating'] as const;
type Kind = (typeof KINDS)[number];

const HOUR_MS = 3_600_000;
const OPERATIONS = [
  { windowMs: DAY_MS, query: `{ ${field('transaction', '1d')} }` },
  { windowMs: DAY_MS, query: `{ ${field('rating', '1d')} }` },
  { windowMs: HOUR_MS, query: `{ ${field('transaction', '1h')} }` },
  { windowMs: DAY_MS, query: `{ ${field('rating', '1d')} ${field('transaction', '1d')} }` },
  { windowMs: DAY_MS, query: `{ ${field('transaction', '1d', '')} }` },
  { windowMs: DAY_MS, query: `{ ${field('rating', '1d', '')} ${field('transaction', '1d', '')} }` },
  { windowMs: HOUR_MS, query: `query Both { ${field('transaction', '1h')} ${field('rating', '1h')} }` },
] as const;

/** One that tells its version is another answer with every event; one that does not is kept for as long as its rows stand. */
function field(kind: Kind, every: string, asOf = 'asOf { version }'): string {
  return `${kind}: ${kind}Metrics(${RANGE}, every: "${every}") { rows { start count } ${asOf} }`;
}

interface Sent {
  readonly kind: Kind;
  readonly partition: number;
  readonly offset: bigint;
  readonly timeMs: number;
}

interface Shown {
  readonly rows: readonly { readonly start: string; readonly count: number }[];
  readonly asOf?: { readonly version: string };
}

interface Answer {
  readonly data: Readonly<Partial<Record<Kind, Shown>>>;
  readonly windowMs: number;
  /** What was waited for before it was asked. */
  readonly atLeast: ReadonlyMap<string, bigint>;
  readonly context: string;
}

let lakegate: LakegateHere;
const random = randomFrom(SEED);
const sent: Sent[] = [];
const answers: Answer[] = [];
/** Visible when it was waited for, by kind and partition. */
const waitedFor = new Map<string, bigint>();
const seen = { answers: 0, hits: 0, whileWritten: 0 };

beforeAll(async () => {
  lakegate = await startLakegateHere();
}, 180_000);

afterAll(async () => {
  await lakegate?.stop();
  if (lakegate !== undefined) removeDir(lakegate.dataDir);
});

test('whatever was done before, an operation counts what its version says', {
  timeout: 120_000 + STEPS * 3_000,
}, async () => {
  for (let step = 0; step < STEPS; step++) {
    await takeStep();
    // Now all that was sent is known, also what an answer saw before its sender was told.
    for (const answer of answers.splice(0)) check(answer);
  }
  process.stdout.write(`seed ${SEED}, ${STEPS} steps over HTTP: ${JSON.stringify(seen)}\n`);
  expect(seen.hits).toBeGreaterThan(STEPS / 10);
  expect(seen.whileWritten).toBeGreaterThan(0);
});

async function takeStep(): Promise<void> {
  const dice = random(100);
  if (dice < 66) await ask();
  else if (dice < 78) await write({ waits: true });
  else if (dice < 86) await write({ waits: false });
  else if (dice < 95) await writeWhileAsking();
  else if (dice < 98) await change('mutation { invalidateCache(target: {everything: true}) { removed } }');
  else await change('mutation { refreshCache(target: {everything: true}) { id } }');
}

async function writeWhileAsking(): Promise<void> {
  await Promise.all([ask(), ask(), write({ waits: random(2) === 0 }), ask()]);
  seen.whileWritten += 3;
}

async function change(mutation: string): Promise<void> {
  expect((await graphql(lakegate.url, mutation)).errors).toBeUndefined();
}

async function write({ waits }: { readonly waits: boolean }): Promise<void> {
  const kind = KINDS[random(2)] ?? 'rating';
  const type = `${kind[0]?.toUpperCase()}${kind.slice(1)}`;
  const events = Array.from({ length: 1 + random(3) }, () => {
    const timeMs = random(3) === 0 ? Date.now() - random(4 * DAY_MS) : Date.now() - random(60_000);
    const occurredAt = new Date(timeMs).toISOString();
    const id = `e${ids++}`;
    return kind === 'transaction'
      ? { id, userId: id, amount: '1.5', currency: 'EUR', status: 'CAPTURED', category: 'books', occurredAt }
      : { ratingId: id, version: 1, playerId: id, matchId: 'm1', rating: '7.5', occurredAt };
  });
  const { data, errors } = await graphql<{ ingest: { verdicts: readonly Verdict[] } }>(
    lakegate.url,
    `mutation ($events: [${type}Input!]!) { ingest: ingest${type}s(events: $events, wait: ${waits}) { verdicts { position { partition offset } } } }`,
    { events },
  );
  expect(errors).toBeUndefined();
  for (const [index, { position }] of data.ingest.verdicts.entries()) {
    const [partition, offset] = [position.partition, BigInt(position.offset)];
    sent.push({ kind, partition, offset, timeMs: Date.parse(events[index]?.occurredAt ?? '') });
    const place = `${kind}/${partition}`;
    if (waits && offset > (waitedFor.get(place) ?? -1n)) waitedFor.set(place, offset);
  }
}

interface Verdict {
  readonly position: { readonly partition: number; readonly offset: string };
}

let ids = 0;

async function ask(): Promise<void> {
  const { query, windowMs } = OPERATIONS[random(OPERATIONS.length)] ?? OPERATIONS[0];
  const atLeast = new Map(waitedFor);
  const response = await fetch(`${lakegate.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query }),
  });
  const outcome = response.headers.get('lakegate-cache');
  const { data, errors } = (await response.json()) as { data: Answer['data']; errors?: unknown };
  expect(errors, query).toBeUndefined();
  answers.push({
    data,
    windowMs,
    atLeast,
    context: `${outcome} after ${seen.answers} answers, seed ${SEED}: ${query}`,
  });
  seen.answers++;
  if (outcome === 'hit') seen.hits++;
}

function check({ data, windowMs, atLeast, context }: Answer): void {
  for (const kind of KINDS) {
    const shown = data[kind];
    if (shown === undefined) continue;
    const ofKind = sent.filter((one) => one.kind === kind);
    const told = new Map(shown.rows.map(({ start, count }) => [Date.parse(start), count]));
    const waited = ofKind.filter(({ partition, offset }) => offset <= (atLeast.get(`${kind}/${partition}`) ?? -1n));
    if (shown.asOf === undefined) {
      expectWithin(told, countsOf(waited, windowMs), countsOf(ofKind, windowMs), context);
      continue;
    }
    const offsets = decodeVersion(shown.asOf.version).offsets.get(`${kind}s`) ?? new Map<number, bigint>();
    const visible = ofKind.filter(({ partition, offset }) => offset <= (offsets.get(partition) ?? -1n));
    const shownToo = new Set(visible);
    expect(
      waited.filter((one) => !shownToo.has(one)),
      context,
    ).toEqual([]);
    expect(told, context).toEqual(countsOf(visible, windowMs));
  }
}

type Counts = ReadonlyMap<number, number>;

function countsOf(events: readonly Sent[], windowMs: number): Counts {
  const counts = new Map<number, number>();
  for (const { timeMs } of events) {
    const startMs = timeMs - (timeMs % windowMs);
    counts.set(startMs, (counts.get(startMs) ?? 0) + 1);
  }
  return counts;
}

function expectWithin(told: Counts, least: Counts, most: Counts, context: string): void {
  for (const [startMs, count] of least) expect(told.get(startMs) ?? 0, context).toBeGreaterThanOrEqual(count);
  for (const [startMs, count] of told) expect(most.get(startMs) ?? 0, context).toBeGreaterThanOrEqual(count);
}
