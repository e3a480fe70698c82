import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { BulkClient } from '../../src/cli/generate/bulk-client.ts';
import { EventGenerator } from '../../src/cli/generate/event-generator.ts';
import { ExpectedTotals } from '../../src/cli/generate/expected-totals.ts';
import { mergedVersion } from '../../src/cli/generate/merged-version.ts';
import type { KindModel } from '../../src/model/event-model.ts';
import { decodeVersion } from '../../src/model/version.ts';
import { DATABASE } from '../../src/warehouse/warehouse.ts';
import type { Backend, OpenedBackend } from '../support/backend.ts';
import { type LakegateHere, removeDir, startLakegateHere } from '../support/lakegate.ts';
import { differencesFromRaw, fingerprints, rawCounts } from '../support/rollups-equal-raw.ts';

const EVENTS = 100_000;
/** Over the last day, so that several partitions of every table are touched. */
const SPAN_MS = 26 * 3_600_000;
const START_MS = Date.now() - SPAN_MS;

/** Whatever is sent again, in whatever batches, is counted once. */
export function exactlyOnceSuite(backend: Backend): void {
  describe(`exactly once, on ${backend.name}`, () => {
    let opened: OpenedBackend;
    let running: LakegateHere;
    beforeAll(async () => {
      opened = await backend.open();
      running = await startLakegateHere({ env: opened.env });
    });
    afterAll(async () => {
      await running?.stop();
      if (running !== undefined) removeDir(running.dataDir);
      await opened?.close();
    });

    test('100,000 events sent twice, the second time in other batches, change no number in raw or in any rollup', async () => {
      const first = await sendAll(1_000);
      for (const { totals, admitted } of first) expect(admitted).toBe(totals.admitted);
      const before = await allFingerprints();

      const again = await sendAll(777);
      expect(again.map(({ admitted }) => admitted)).toEqual(again.map(() => 0));
      expect(again.map(({ duplicates }) => duplicates)).toEqual(
        first.map(({ totals }) => totals.admitted + totals.duplicates),
      );
      expect(await allFingerprints()).toEqual(before);
    });

    test('every rollup of every declared kind equals raw, and raw holds every event once', async () => {
      expect(await differencesFromRaw(running.warehouse, running.model.kinds)).toEqual([]);
      for (const kind of running.model.kinds) {
        const { admitted } = expected(kind);
        expect(await rawCounts(running.warehouse, kind)).toEqual({
          rows: admitted,
          positions: admitted,
          ids: admitted,
        });
      }
    });

    test('a late event is counted where it belongs, and marked as late in raw and in the rollups', async () => {
      for (const kind of running.model.kinds) {
        const { rows } = await running.warehouse.query<{ late: string }>(
          `SELECT countIf(_late) AS late FROM ${DATABASE}.${kind.plural}`,
        );
        // Those sent late that met a watermark: all but some of the first, before there was one.
        // (More, where the machine stood still so long that the stream counted as idle; the rollups have been compared with raw above.)
        expect(Number(rows[0]?.late)).toBeGreaterThan(expected(kind).late * 0.9);
      }
    });

    interface Sent {
      readonly totals: ExpectedTotals;
      readonly admitted: number;
      readonly duplicates: number;
    }

    /** Everything, all kinds at once, until it can be queried. */
    async function sendAll(batch: number): Promise<readonly Sent[]> {
      const sent = await Promise.all(running.model.kinds.map((kind) => sendKind(kind, batch)));
      for (const { version } of sent) {
        if (version !== null) await running.progress.waitFor(decodeVersion(version), 60_000);
      }
      return sent;
    }

    async function sendKind(kind: KindModel, batch: number): Promise<Sent & { readonly version: string | null }> {
      const generator = generatorOf(kind);
      const totals = new ExpectedTotals(generator);
      const client = new BulkClient({ url: () => running.url, singular: kind.singular, patienceMs: 60_000 });
      const item = generator.item();
      const sent = { totals, admitted: 0, duplicates: 0, version: null as string | null };
      for (let next = 0; next < eventsOfOneKind(); ) {
        let lines = '';
        for (const end = Math.min(next + batch, eventsOfOneKind()); next < end; next++) {
          totals.take(generator.make(next, item));
          lines += `${item.line}\n`;
        }
        const answer = await client.send(lines);
        sent.admitted += answer.admitted;
        sent.duplicates += answer.duplicates;
        sent.version = mergedVersion(sent.version, answer.version);
      }
      return sent;
    }

    function eventsOfOneKind(): number {
      return EVENTS / running.model.kinds.length;
    }

    function generatorOf(kind: KindModel): EventGenerator {
      return new EventGenerator({
        kind,
        enums: running.model.enums,
        seed: `exactly once/${kind.plural}`,
        timeline: { startMs: START_MS, stepMs: SPAN_MS / eventsOfOneKind() },
        shares: { duplicates: 0.01, late: 0.02 },
      });
    }

    function expected(kind: KindModel): ExpectedTotals {
      const generator = generatorOf(kind);
      const totals = new ExpectedTotals(generator);
      const item = generator.item();
      for (let index = 0; index < eventsOfOneKind(); index++) totals.take(generator.make(index, item));
      return totals;
    }

    async function allFingerprints(): Promise<readonly Readonly<Record<string, string>>[]> {
      const found: Readonly<Record<string, string>>[] = [];
      for (const kind of running.model.kinds) found.push(await fingerprints(running.warehouse, kind));
      return found;
    }
  });
}
