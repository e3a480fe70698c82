import { resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Backend, OpenedBackend } from '../support/backend.ts';
import { graphql, type LakegateProcess, removeDir, runLakegate, startLakegateProcess } from '../support/lakegate.ts';

/** A kind declared in one file in a folder of its own, as a user would: no line of TypeScript knows of it. */
const SCHEMA_DIR = resolve(import.meta.dirname, '../../examples/sensor');
const HOUR_MS = 3_600_000;
const AN_HOUR_AGO = new Date(Date.now() - HOUR_MS).toISOString();

export function sixthKindSuite(backend: Backend): void {
  describe(`a kind of one's own, on ${backend.name}`, () => {
    let opened: OpenedBackend;
    let product: LakegateProcess;
    /** Of the product, and of whatever command works with it. */
    let env: Record<string, string>;
    beforeAll(async () => {
      opened = await backend.open();
      env = { ...opened.env, LAKEGATE_SCHEMA_DIR: SCHEMA_DIR };
      product = await startLakegateProcess({ env });
    });
    afterAll(async () => {
      await product?.stop();
      if (product !== undefined) removeDir(product.dataDir);
      await opened?.close();
    });

    test('the mutation takes it, the same sensor at the same time is a duplicate, and a wrong one is told what is wrong', async () => {
      const reading = {
        sensorId: 's/1',
        site: 'roof',
        celsius: 61.5,
        humidity: 40,
        batteryLow: false,
        measuredAt: AN_HOUR_AGO,
      };
      const { data, errors } = await graphql(product.url, SEND, {
        events: [reading, reading, { ...reading, humidity: 101 }, { ...reading, celsius: 20 }],
      });
      expect(errors).toBeUndefined();
      expect(data).toEqual({
        ingestSensorReadings: {
          admitted: 1,
          duplicates: 1,
          rejected: 2,
          visible: true,
          verdicts: [
            { index: 2, rejection: { code: 'OUT_OF_RANGE', pointer: '/events/2/humidity' } },
            { index: 3, rejection: { code: 'ID_CONFLICT', pointer: expect.stringContaining('/events/3') } },
          ],
        },
      });
    });

    test('it is found by its composite id, counted in its metrics, proven by the ledger, and traced', async () => {
      const { data } = await graphql(
        product.url,
        '{ sensorReadings(first: 2) { nodes { sensorId celsius meta { id key } } } }',
      );
      const [node] = (data as { sensorReadings: { nodes: { meta: { id: string } }[] } }).sensorReadings.nodes;
      expect(node).toMatchObject({ sensorId: 's/1', celsius: '61.5', meta: { key: 's/1' } });
      const id = node?.meta.id ?? '';
      // The parts joined by a slash, those inside them escaped.
      expect(id).toMatch(/^s%2F1\/\d/);
      const { data: more, errors } = await graphql(product.url, ASK, { id });
      expect(errors).toBeUndefined();
      expect(more).toEqual({
        sensorReading: { site: 'roof', humidity: 40, batteryLow: false },
        sensorReadingMetrics: {
          rows: [{ site: 'roof', count: 1, celsiusAvg: '61.5', humidityMax: 40, overheated: 1 }],
        },
        ledger: { expected: 1, seen: 1, gaps: 0, duplicates: 0 },
        trace: { sightings: expect.arrayContaining([expect.objectContaining({ verdict: 'ADMITTED' })]) },
      });
    });

    test('its JSON Schema is served, the bulk route takes it by any spelling, and the samples are gone', async () => {
      const schema = await fetch(`${product.url}/schema/sensor-reading.json`);
      expect(await schema.json()).toMatchObject({ title: 'SensorReading' });
      const line = JSON.stringify({
        sensorId: 's-2',
        site: 'cellar',
        celsius: 12,
        batteryLow: true,
        measuredAt: AN_HOUR_AGO,
      });
      for (const [spelling, verdict] of [
        ['sensor-reading', 'admitted'],
        ['sensorReading', 'duplicates'],
        ['sensor_reading', 'duplicates'],
      ]) {
        const response = await fetch(`${product.url}/ingest/${spelling}`, {
          method: 'POST',
          body: line,
          headers: NDJSON,
        });
        expect(await response.json()).toMatchObject({ [verdict ?? '']: 1 });
      }
      const gone = await fetch(`${product.url}/ingest/transaction`, { method: 'POST', body: '{}', headers: NDJSON });
      expect([gone.status, await gone.json()]).toMatchObject([404, { error: { code: 'UNKNOWN_KIND' } }]);
    });

    test('generated readings of it, good and bad, end as the generator foretold, to the last digit', async () => {
      const run = runLakegate(
        ['generate', '--url', product.url, '--count', '5000', '--span', '3h', '--broken', '0.05', '--json'],
        env,
      );
      expect(await run.exit, run.stderr()).toBe(0);
      expect(JSON.parse(run.stdout())).toMatchObject({
        equal: true,
        differences: [],
        kinds: [{ kind: 'sensorReading' }],
      });
    });
  });
}

const NDJSON = { 'content-type': 'application/x-ndjson' };

const SEND = `mutation Send($events: [SensorReadingInput!]!) {
  ingestSensorReadings(events: $events, wait: true) {
    admitted duplicates rejected visible
    verdicts(only: [REJECTED]) { index rejection { code pointer } }
  }
}`;

const ASK = `query Ask($id: ID!) {
  sensorReading(id: $id) { site humidity batteryLow }
  sensorReadingMetrics(range: {last: "2h"}, by: [SITE]) { rows { site count celsiusAvg humidityMax overheated } }
  ledger(kind: SENSOR_READING) { expected seen gaps duplicates }
  trace(kind: SENSOR_READING, id: $id) { sightings { verdict } }
}`;
