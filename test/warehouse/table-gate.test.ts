import { describe, expect, test } from 'vitest';
import { TableGate } from '../../src/warehouse/load/table-gate.ts';

const SOON_MS = () => performance.now() + 5_000;

describe('the gate between reads and loads', () => {
  test('a load waits for the readers who were there', async () => {
    const gate = new TableGate(5_000);
    await gate.beginRead(SOON_MS());
    let begun = false;
    const load = gate.beginLoad().then(() => {
      begun = true;
    });
    await new Promise(setImmediate);
    expect(begun).toBe(false);
    gate.endRead();
    await load;
    expect(gate.loading).toBe(true);
  });

  test('readers who come while a load waits go after it, so that no crowd of readers stops loading', async () => {
    const gate = new TableGate(5_000);
    await gate.beginRead(SOON_MS());
    const load = gate.beginLoad();
    const order: string[] = [];
    const late = gate.beginRead(SOON_MS()).then(() => order.push('read'));
    gate.endRead();
    await load;
    order.push('load');
    gate.endLoad();
    await late;
    expect(order).toEqual(['load', 'read']);
  });

  test('a reader who never ends holds a load up for its patience and no longer', async () => {
    const gate = new TableGate(20);
    await gate.beginRead(SOON_MS());
    await gate.beginLoad();
    expect(gate.loading).toBe(true);
  });

  test('a load waits longer for a reader who asks for it, and the one after it does not', async () => {
    const gate = new TableGate(20);
    const loadBehindAHold = async () => {
      await gate.beginRead(SOON_MS());
      gate.holdUntil(performance.now() + 60_000);
      const heldForMs = gate.heldForMs;
      if (heldForMs > 0) gate.endRead();
      await gate.beginLoad();
      gate.endLoad();
      if (heldForMs === 0) gate.endRead();
      return heldForMs;
    };
    expect(await loadBehindAHold()).toBeGreaterThan(20);
    expect(await loadBehindAHold()).toBe(0);
    expect(await loadBehindAHold()).toBeGreaterThan(20);
  });

  test('a reader is refused at its deadline while a load goes on', async () => {
    const gate = new TableGate(20);
    await gate.beginLoad();
    expect(await gate.beginRead(performance.now() + 10)).toBe(false);
  });

  test('each load is counted, so that a read can tell whether one came in between', async () => {
    const gate = new TableGate(20);
    const before = gate.loads;
    await gate.beginLoad();
    gate.endLoad();
    expect(gate.loads).toBe(before + 1);
  });
});
