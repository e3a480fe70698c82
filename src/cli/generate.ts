import { MultiBar, Presets, type SingleBar } from 'cli-progress';
import type { EventModel, KindModel } from '../model/event-model.ts';
import { LakegateError } from '../platform/errors.ts';
import { nearestName } from '../platform/nearest-name.ts';
import { ClientJournal } from './generate/client-journal.ts';
import { type Comparison, compareAnswers, compareTotals } from './generate/compare-totals.ts';
import { EventGenerator, type Timeline } from './generate/event-generator.ts';
import type { Shares } from './generate/item.ts';
import { type SentKind, sendKind } from './generate/send-kind.ts';
import { type ServerShows, serverShows } from './generate/server-shows.ts';

export interface GenerateRequest {
  readonly model: EventModel;
  /** Names of kinds in the singular; none means all. */
  readonly kinds: readonly string[];
  readonly url: string;
  readonly seed: string;
  /** Of all kinds together; null goes on until the signal aborts. */
  readonly count: number | null;
  /** Events a second of all kinds together; null sends as fast as the server takes them. */
  readonly rate: number | null;
  /** Null: events happen as they are sent. Else they are spread over this long, ending at `untilMs`. */
  readonly spanMs: number | null;
  readonly untilMs: number;
  readonly shares: Shares;
  /** See `GeneratorOptions`. */
  readonly lifelike: boolean;
  readonly batch: number;
  readonly journal: string | null;
  readonly signal: AbortSignal;
  /** A stream for the progress bar; null shows none. */
  readonly progress: NodeJS.WriteStream | null;
}

export interface GenerateReport {
  readonly seconds: number;
  readonly sent: readonly SentKind[];
  readonly comparisons: readonly Comparison[];
  readonly equal: boolean;
}

/** Sends synthetic events, several kinds at once, then compares what the server shows with what a correct system must show. */
export async function generate(request: GenerateRequest): Promise<GenerateReport> {
  const kinds = chosenKinds(request);
  await expectServer(request.url);
  const today = Math.floor(request.untilMs / DAY_MS) * DAY_MS;
  const range = { fromMs: today - DAYS_COMPARED * DAY_MS, toMs: today + 2 * DAY_MS, atLeast: null };
  const before = await Promise.all(kinds.map((kind) => serverShows(request.url, kind, range)));
  const startedAt = performance.now();
  const sent = await sendEvents(request);
  const seconds = (performance.now() - startedAt) / 1000;
  const after = await Promise.all(
    sent.map(({ kind, version }) => serverShows(request.url, kind, { ...range, atLeast: version })),
  );
  const comparisons = sent.flatMap((kind, at) => comparisonsOf(kind, before[at], after[at]));
  return { seconds, sent, comparisons, equal: comparisons.every(({ equal }) => equal) };
}

/** Every kind at once, each in the order of its items, until the count is reached or the signal aborts. */
export async function sendEvents(request: GenerateRequest): Promise<readonly SentKind[]> {
  const kinds = chosenKinds(request);
  const journal = request.journal === null ? null : await ClientJournal.open(request.journal);
  const bars =
    request.progress === null ? null : new MultiBar({ ...BAR, stream: request.progress }, Presets.shades_classic);
  try {
    return await Promise.all(kinds.map((kind, at) => sendOne(request, kind, { at, of: kinds.length, journal, bars })));
  } finally {
    bars?.stop();
    await journal?.close();
  }
}

/** Ids are remembered a week at the least: nothing older is admitted, so nothing older needs to be compared. */
const DAYS_COMPARED = 8;
const DAY_MS = 86_400_000;

/** A restart of the server takes seconds; an hour of patience sees it through an upgrade. */
const PATIENCE_MS = 3_600_000;

/** The mistake that everybody makes once gets an answer of its own. */
async function expectServer(url: string): Promise<void> {
  try {
    await fetch(`${url}/healthz`);
  } catch (cause) {
    const message = `expected a running server at ${url}, got no answer: start one (npm start), or say where it is (--url)`;
    throw new LakegateError({ code: 'BAD_CONFIG', message, cause });
  }
}

function chosenKinds({ model, kinds }: GenerateRequest): readonly KindModel[] {
  if (kinds.length === 0) return model.kinds;
  return kinds.map((name) => {
    const found = model.kinds.find((kind) => kind.singular === name || kind.plural === name || kind.typeName === name);
    if (found !== undefined) return found;
    const known = model.kinds.map((kind) => kind.singular);
    const nearest = nearestName(name, known);
    throw new LakegateError({
      code: 'UNKNOWN_KIND',
      message: `expected one of ${known.join(', ')}, got ${name}${nearest === null ? '' : `; did you mean ${nearest}?`}`,
    });
  });
}

interface Place {
  readonly at: number;
  readonly of: number;
  readonly journal: ClientJournal | null;
  readonly bars: MultiBar | null;
}

function sendOne(request: GenerateRequest, kind: KindModel, place: Place): Promise<SentKind> {
  const count = request.count === null ? null : shareOf(request.count, place);
  const rate = request.rate === null ? null : request.rate / place.of;
  const generator = new EventGenerator({
    kind,
    enums: request.model.enums,
    seed: `${request.seed}/${kind.singular}`,
    timeline: timelineOf(request, count, rate),
    shares: request.shares,
    lifelike: request.lifelike,
  });
  const bar = place.bars?.create(count ?? Number.POSITIVE_INFINITY, 0, { kind: kind.singular.padEnd(12), note: '' });
  const { url, batch, signal } = request;
  return sendKind({
    url,
    generator,
    count,
    rate,
    batch,
    signal,
    journal: place.journal,
    patienceMs: PATIENCE_MS,
    ...progressOf(bar),
  });
}

function progressOf(bar: SingleBar | undefined): Pick<Parameters<typeof sendKind>[0], 'onSent' | 'onPause'> {
  if (bar === undefined) return {};
  return {
    onSent: (sent) => bar.increment(sent, { note: '' }),
    onPause: ({ ms, reason }) => bar.update({ note: `waiting ${ms} ms: ${reason.slice(0, 60)}` }),
  };
}

const BAR = {
  format: '{kind} {bar} {percentage}% {value}/{total} {note}',
  hideCursor: true,
  clearOnComplete: false,
  etaBuffer: 100,
};

/** A count that does not divide evenly: the first kinds get one more. */
function shareOf(count: number, { at, of }: Place): number {
  return Math.floor(count / of) + (at < count % of ? 1 : 0);
}

function timelineOf(request: GenerateRequest, count: number | null, rate: number | null): Timeline {
  if (request.spanMs !== null && count !== null) {
    return { startMs: request.untilMs - request.spanMs, stepMs: request.spanMs / Math.max(count, 1) };
  }
  return { startMs: request.untilMs, stepMs: rate === null ? 0 : 1000 / rate };
}

function comparisonsOf(sent: SentKind, before: ServerShows | undefined, after: ServerShows | undefined): Comparison[] {
  if (before === undefined || after === undefined) return [];
  return [...compareAnswers(sent), ...compareTotals(sent.totals, before, after)];
}
