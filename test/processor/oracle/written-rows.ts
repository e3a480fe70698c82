import { decodeOutput } from '../../../src/model/streams/decode-output.ts';
import type { SessionOutput } from '../../../src/model/streams/output.ts';
import type { Row } from './ask-oracle.ts';
import type { WrittenRecord } from './processing.ts';

/** What jobs wrote, as the oracle puts it: of what was published several times the last. */
export function rowsOf(written: readonly WrittenRecord[]): readonly Row[] {
  const last = new Map<string, Row | null>();
  for (const { stream, value } of written) {
    const { output, facts } = decodeOutput(stream, value);
    const whose = { stream, job: facts.job, tenant: facts.tenant, key: facts.key };
    switch (output.stream) {
      case 'results': {
        const { startUs, endUs, revision, values } = output.record;
        const isThere = Object.keys(values).length > 0;
        last.set(
          JSON.stringify([whose, startUs, endUs]),
          isThere ? { ...whose, startUs, endUs, revision, values } : null,
        );
        break;
      }
      case 'alerts': {
        const { id, matchedAtUs, events } = output.record;
        // Whatever is raised twice is there twice.
        last.set(`${id} ${last.size}`, { ...whose, matchedAtUs, events: events.map((event) => event.id) });
        break;
      }
      case 'late': {
        const { event, missedEndUs, corrected } = output.record;
        last.set(`late ${last.size}`, { ...whose, id: event.id, missedEndUs, corrected });
        break;
      }
      case 'sessions':
        last.set(JSON.stringify([whose, output.record.id]), sessionRow(whose, output.record));
        break;
    }
  }
  return [...last.values()].filter((row) => row !== null);
}

type Whose = Pick<Row, 'stream' | 'job'> & Readonly<Record<string, unknown>>;

function sessionRow(whose: Whose, session: SessionOutput): Row | null {
  const { id, userId, mergedInto, open, ...content } = session;
  if (mergedInto !== null) return null;
  return open ? { ...whose, open } : { ...whose, open, ...content };
}

/** Rows as text, sorted, to be compared: members in one order, decimals without zeros at the end. */
export function comparable(rows: readonly Row[]): readonly string[] {
  return rows.map((row) => JSON.stringify(plain(row))).sort();
}

function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value === 'string' && /^-?\d+\.\d+$/.test(value)) return value.replace(/\.?0+$/, '');
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, member]) => [name, plain(member)]),
  );
}

/** What is there too often, and what is missing. Nothing, if the two are equal. */
export function difference(found: readonly string[], expected: readonly string[]): readonly string[] {
  const counts = new Map<string, number>();
  for (const line of found) counts.set(line, (counts.get(line) ?? 0) + 1);
  for (const line of expected) counts.set(line, (counts.get(line) ?? 0) - 1);
  return [...counts]
    .filter(([, count]) => count !== 0)
    .map(([line, count]) => `${count > 0 ? 'too much' : 'missing'}: ${line}`);
}

export function jobOf({ stream, value }: Pick<WrittenRecord, 'stream' | 'value'>): string {
  return decodeOutput(stream, value).facts.job;
}

/** What each job wrote into each partition, byte for byte, with its place in the order: the same in every run. */
export function bytesByJob(written: readonly WrittenRecord[]): readonly string[] {
  const places = new Map<string, number>();
  return written.map(({ stream, partition, value }) => {
    const whose = `${jobOf({ stream, value })} ${stream} ${partition}`;
    const place = places.get(whose) ?? 0;
    places.set(whose, place + 1);
    return `${whose} ${place} ${Buffer.from(value).toString('utf8')}`;
  });
}
