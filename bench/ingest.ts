import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadDeclarations } from '../src/model/declare/load-declarations.ts';
import { SAMPLE_KINDS_DIR } from '../src/model/declare/schema-files.ts';
import { type AcknowledgementFigures, measureAcknowledgements } from './acknowledgements.ts';
import { type BulkFigures, measureBulkToVisible } from './bulk-to-visible.ts';
import { type FreshnessFigures, measureFreshness } from './freshness.ts';
import { type Circumstances, circumstances, keep, machine, number, say } from './report.ts';

interface IngestFigures extends Circumstances {
  readonly bulk: BulkFigures;
  readonly acknowledgements: AcknowledgementFigures;
  readonly freshness: readonly FreshnessFigures[];
}

/** What taking events costs: of transactions, with all their rollups, everything on one machine, the sender too. */
export async function benchIngest({ brief }: { readonly brief: boolean }): Promise<void> {
  const model = loadDeclarations(SAMPLE_KINDS_DIR);
  const kind = model.kinds.find(({ plural }) => plural === 'transactions');
  if (kind === undefined) throw new Error('the sample kinds hold transactions');
  const dir = mkdtempSync(join(tmpdir(), 'lakegate-bench-'));
  try {
    say(machine());
    const size = brief
      ? { rounds: 2, events: 50_000, requests: 3_000 }
      : { rounds: 5, events: 200_000, requests: 20_000 };
    const bulk = await measureBulkToVisible({ model, kind, dir, rounds: size.rounds, events: size.events });
    say(bulkText(bulk));
    const acknowledgements = await measureAcknowledgements({
      model,
      kind,
      dataDir: join(dir, 'acknowledgements'),
      rounds: size.rounds,
      requests: size.requests,
    });
    say(acknowledgementsText(acknowledgements));
    const freshness: FreshnessFigures[] = [];
    for (const load of ['one kind watched', 'all kinds'] as const) {
      for (const eventsPerSecond of [1_000, 20_000]) {
        const dataDir = join(dir, `freshness-${freshness.length}`);
        const figures = await measureFreshness({ model, dataDir, load, eventsPerSecond, seconds: brief ? 5 : 30 });
        freshness.push(figures);
        say(freshnessText(figures));
      }
    }
    const figures: IngestFigures = { ...circumstances(), bulk, acknowledgements, freshness };
    if (!brief) keep('ingest', figures, cellsOf(figures));
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

function bulkText({ product, straight, share, events }: BulkFigures): string {
  return `bulk HTTP to visible in all rollups: ${number(product)} events/s, ${share.toFixed(2)} of inserting the same ${number(events)} straight into the tables (${number(straight)})`;
}

function acknowledgementsText({ durable, nothing, share, connections }: AcknowledgementFigures): string {
  return `durable GraphQL acknowledgements, one event each, ${connections} callers: ${number(durable)} a second, ${share.toFixed(2)} of the same mutation doing nothing (${number(nothing)})`;
}

function freshnessText({ eventsPerSecond, load, msP50, msP99, processors, sentPerSecond }: FreshnessFigures): string {
  const short = isShort({ eventsPerSecond, sentPerSecond }) ? ` (only ${number(sentPerSecond)} were sent)` : '';
  return `acknowledged to visible, ${number(eventsPerSecond)} events/s${short}, ${load}: p50 ${msP50.toFixed(0)} ms, p99 ${msP99.toFixed(0)} ms, ${processors.toFixed(2)} processors`;
}

function cellsOf({ bulk, acknowledgements, freshness }: IngestFigures): readonly string[] {
  return [
    `${bulk.share.toFixed(2)} of ${number(bulk.straight)}/s`,
    `${acknowledgements.share.toFixed(2)} of ${number(acknowledgements.nothing)}/s`,
    ...freshness.map(freshnessCell),
  ];
}

function freshnessCell({ msP50, msP99, processors, eventsPerSecond, sentPerSecond }: FreshnessFigures): string {
  const short = isShort({ eventsPerSecond, sentPerSecond }) ? ` at ${number(sentPerSecond)}/s` : '';
  return `${msP50.toFixed(0)} ms, ${msP99.toFixed(0)} ms, ${processors.toFixed(2)}${short}`;
}

/** The machine could not send, or the product not take, what was asked for. */
function isShort({
  eventsPerSecond,
  sentPerSecond,
}: Pick<FreshnessFigures, 'eventsPerSecond' | 'sentPerSecond'>): boolean {
  return sentPerSecond < 0.97 * eventsPerSecond;
}
