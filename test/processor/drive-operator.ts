import type { JobEvent, Operator, Output, Step } from '../../src/processor/operator.ts';

export interface Emitted {
  readonly tenant: string;
  readonly key: string;
  readonly output: Output;
}

/** What happens: an event comes, or the watermark of a quiet stream goes on. */
export type Happening = JobEvent | { readonly watermarkUs: number };

/**
 * Hands events to an operator as the runtime does: before each, the keys that are due are woken in the order of (time, key). After every step the
 * state is written down and read again, and must then say the same.
 */
export function driveOperator<State>(operator: Operator<State>, happenings: readonly Happening[]): DrivenOperator {
  const states = new Map<string, { tenant: string; key: string; bytes: Uint8Array; wakeAtUs: number | null }>();
  const outputs: Emitted[] = [];
  const wakes = { count: 0 };
  const keep = (tenant: string, key: string, state: State | null) => {
    const name = `${tenant}/${key}`;
    if (state === null) {
      states.delete(name);
      return;
    }
    const bytes = operator.encode(state);
    const again = operator.decode(bytes);
    if (Buffer.compare(bytes, operator.encode(again)) !== 0)
      throw new Error('expected the same bytes of the same state');
    if (operator.wakeAtUs(again) !== operator.wakeAtUs(state)) throw new Error('expected the same wake time');
    states.set(name, { tenant, key, bytes, wakeAtUs: operator.wakeAtUs(state) });
  };
  const stepOf = (tenant: string, key: string, watermarkUs: number): Step => ({
    tenant,
    key,
    watermarkUs,
    emit: (output) => outputs.push({ tenant, key, output }),
  });
  const wake = (watermarkUs: number) => {
    for (;;) {
      const [due] = [...states.entries()]
        .flatMap(([name, each]) => (each.wakeAtUs !== null && each.wakeAtUs <= watermarkUs ? [{ name, ...each }] : []))
        .sort((a, b) => (a.wakeAtUs ?? 0) - (b.wakeAtUs ?? 0) || (a.name < b.name ? -1 : 1));
      if (due === undefined) return;
      wakes.count++;
      const { tenant, key } = due;
      keep(tenant, key, operator.onWake(operator.decode(due.bytes), stepOf(tenant, key, watermarkUs)));
      const next = states.get(due.name)?.wakeAtUs ?? null;
      if (next !== null && next <= watermarkUs) throw new Error('expected it to ask for a later time');
    }
  };
  for (const happening of happenings) {
    wake(happening.watermarkUs);
    if (!('id' in happening)) continue;
    const { tenant, key, watermarkUs } = happening;
    const bytes = states.get(`${tenant}/${key}`)?.bytes;
    const before = bytes === undefined ? null : operator.decode(bytes);
    keep(tenant, key, operator.onEvent(happening, before, stepOf(tenant, key, watermarkUs)));
  }
  const bytesOf = (tenant: string, key: string) => states.get(`${tenant}/${key}`)?.bytes.byteLength ?? 0;
  return { outputs, keysWithState: states.size, wakes: wakes.count, bytesOf };
}

export interface DrivenOperator {
  readonly outputs: readonly Emitted[];
  readonly keysWithState: number;
  readonly wakes: number;
  bytesOf(tenant: string, key: string): number;
}

/** Events in the order they come, each meeting the newest time before it less 10 s; then silence until the watermark is at `untilUs`. */
export function stream(events: readonly Partial<JobEvent>[], untilUs = Number.POSITIVE_INFINITY): readonly Happening[] {
  let newestUs = Number.NEGATIVE_INFINITY;
  const happenings: Happening[] = events.map((given, at) => {
    const event: JobEvent = {
      ...EVENT,
      offset: BigInt(at),
      id: `e${at}`,
      watermarkUs: newestUs - DISORDER_US,
      fields: given.members ?? EVENT.fields,
      ...given,
    };
    newestUs = Math.max(newestUs, event.timeUs);
    return event;
  });
  return [...happenings, { watermarkUs: untilUs }];
}

const DISORDER_US = 10_000_000;

const EVENT: JobEvent = {
  tenant: 'default',
  topic: 'transactions',
  partition: 0,
  offset: 0n,
  id: 'e0',
  key: 'ada',
  timeUs: 0,
  receivedAtMs: 0,
  watermarkUs: Number.NEGATIVE_INFINITY,
  members: {},
  fields: {},
};
