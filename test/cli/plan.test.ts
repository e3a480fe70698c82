import { describe, expect, test } from 'vitest';
import { planCommand, renderPlan } from '../../src/cli/plan.ts';
import { SAMPLE_KINDS_DIR } from '../../src/model/declare/schema-files.ts';
import { compiled } from '../support/compiled.ts';

const SENSOR = `
"A value that a sensor measured."
type SensorReading
  @event(key: "sensor", id: ["sensor", "at"], time: "at", keepRaw: "7d")
  @rollup(by: ["sensor", "place"], every: ["1h"]) {
  sensor: ID!
  place: String @dimension(high: true)
  room: String @dimension(high: true)
  value: Decimal! @measure
  at: DateTime!
}`;

describe('the plan of a folder', () => {
  const plan = renderPlan(compiled(SENSOR));

  test('says where events go in and come out', () => {
    const rows = plan.split('\n').flatMap((line) => /^ {2}(\S.*?) {2,}(.*)$/.exec(line)?.slice(1, 3).join(': ') ?? []);
    expect(rows).toEqual([
      'send: mutation ingestSensorReadings, POST /ingest/sensorReading',
      'ask: query sensorReading, sensorReadings, sensorReadingMetrics',
      'users: query sensorReadingFunnel, sensorReadingRetention, sensorReadingPaths, sensorReadingRepeats',
      'JSON Schema: GET /schema/sensorReading.json',
      'topic: sensorReadings',
      'key: sensor',
      'id: sensor + at',
      'time: at',
      'raw kept: 7d',
      'group by: sensor, place, room',
      'measure: count, valueSum, valueAvg, valueMin, valueMax',
      'rollup: totals at 1m, 1h, 1d',
      'rollup: sensor, place at 1h',
    ]);
  });

  test('says of a kind whose key names no users what would', () => {
    const plan = renderPlan(compiled(SENSOR.replace('sensor: ID!', 'sensor: String!')));
    expect(plan).toContain('none: with a key of type ID there are sensorReadingFunnel, sensorReadingRetention,');
    expect(plan).not.toContain('query sensorReadingFunnel');
  });

  test('warns of what may surprise later', () => {
    expect(plan.split('\n').filter((line) => line.startsWith('  ! '))).toEqual([
      '  ! the rollup by sensor, place has 2 dimensions with any number of values (sensor, place): unless one follows from the other, it may hold nearly as many rows as raw',
      '  ! no rollup has room: questions by it read raw events; @rollup(by: ["room"]) makes one',
      '  ! raw events go after 7d: single events, exact: true and what no rollup covers reach back no further',
    ]);
  });

  test('prints the generated GraphQL and every table', () => {
    expect(plan).toContain('input SensorReadingInput {');
    expect(plan).toContain('CREATE TABLE IF NOT EXISTS lakegate.sensorReadings\n');
    expect(plan).toContain('--- clickhouse/sensorReadings/2_raw.sql -');
  });

  test('has a chapter for each kind', () => {
    const headings = planCommand({ schemaDir: SAMPLE_KINDS_DIR }).match(/^\w+ \([A-Z_]+\)$/gm);
    expect(headings).toEqual([
      'Activity (ACTIVITY)',
      'LogLine (LOG_LINE)',
      'Rating (RATING)',
      'Sale (SALE)',
      'Transaction (TRANSACTION)',
    ]);
  });
});
