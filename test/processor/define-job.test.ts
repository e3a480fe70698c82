import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, describe, expect, test } from 'vitest';
import { loadDeclarations } from '../../src/model/declare/load-declarations.ts';
import { compileDefinedJob } from '../../src/processor/compile-defined-job.ts';
import { compareAmounts, defineJob, type JobDefinition, pattern } from '../../src/processor/define-job.ts';
import type { Members } from '../../src/processor/patterns/pattern.ts';
import { eventSource, storedEvent } from '../../src/processor/runtime/stored-event.ts';
import { EventStamper } from '../support/stamped-events.ts';
import { driveOperator, stream } from './drive-operator.ts';

const MODEL = loadDeclarations(fileURLToPath(new URL('../../schema/events', import.meta.url)));

type Definition = JobDefinition<Members, unknown>;

describe('a job of defineJob', () => {
  const compile = (job: Definition) => compileDefinedJob(defineJob(job), MODEL, { builtIn: false });
  const cards = pattern().first('card', {}, { times: 3 }).within('1h');

  test("reads its kind by singular or plural, and by the kind's own key unless it says another", () => {
    expect(compile({ name: 'a', kind: 'transaction', pattern: cards }).sources).toEqual([
      { topic: 'transactions', keyField: 'userId', where: null },
    ]);
    expect(compile({ name: 'a', kind: 'logLines', key: 'level', pattern: cards }).sources[0]?.keyField).toBe('level');
  });

  test('is LIVE, of every tenant, and lists what is late, unless it says otherwise', () => {
    const job = { name: 'a', kind: 'transaction', pattern: cards };
    expect(compile(job)).toMatchObject({ mode: 'LIVE', tenant: null, discardsLate: false, version: 1, builtIn: false });
    expect(compile({ ...job, mode: 'SHADOW', late: 'DISCARD' })).toMatchObject({ mode: 'SHADOW', discardsLate: true });
  });

  test('that remembers something is asked in the order of time, and forgets nothing', () => {
    const job = compileDefinedJob(
      defineJob<{ readonly country: string }, { readonly countries: readonly string[] }>({
        name: 'abroad',
        kind: 'transaction',
        inOrder: {
          initially: () => ({ countries: [] }),
          onEvent({ country }, { countries }, { raise, publish }) {
            if (countries.includes(country)) return { countries };
            if (countries.length > 0) raise(`${country} after ${countries.join(', ')}`);
            publish({ countries: countries.length + 1 });
            return { countries: [...countries, country] };
          },
        },
      }),
      MODEL,
      { builtIn: false },
    );
    const from = (country: string, timeUs: number) => ({ id: country, timeUs, members: { country } });
    const { outputs } = driveOperator(
      job.operator,
      stream([from('DE', 5), from('FR', 1), from('FR', 9), from('IT', 7)]),
    );
    expect(outputs.map(({ output }) => output.stream === 'alerts' && output.record.reason).filter(Boolean)).toEqual([
      'DE after FR',
      'IT after FR, DE',
    ]);
    const results = outputs.flatMap(({ output }) => (output.stream === 'results' ? [output.record] : []));
    expect(results.map(({ startUs, revision, values }) => [startUs, revision, values.countries])).toEqual([
      [1, 0, 1],
      [5, 1, 2],
      [7, 2, 3],
    ]);
  });

  test('with a pattern gives its functions whole events, which can be copied, as they come from the log', () => {
    const copies: Members[] = [];
    const copied = (event: Members) => copies.push({ ...event }) > 0;
    const twice = pattern()
      .first('one', copied)
      .next('two', copied, { given: (event, { one }) => copied(event) && copied(one[0]) })
      .within('1h')
      .because(({ one, two }) => [...one, ...two].map((event) => Object.keys({ ...event }).join('+')).join(', '));
    const kind = MODEL.kinds.find(({ plural }) => plural === 'transactions');
    if (kind === undefined) throw new Error('expected the kind of the samples');
    const stamper = new EventStamper(1);
    const events = ['a', 'b'].map((id, offset) => {
      const record = stamper.record({ key: 'ada', id, timeMs: 1_000 + offset, members: { country: 'DE' } });
      return storedEvent({ ...record, offset: BigInt(offset) }, eventSource(kind, 0));
    });
    const job = compile({ name: 'copies', kind: 'transaction', pattern: twice });
    const { outputs } = driveOperator(job.operator, [...events, { watermarkUs: 10_000_000_000 }]);
    expect(outputs.map(({ output }) => output.stream === 'alerts' && output.record.reason)).toEqual([
      'id+userId+country, id+userId+country',
    ]);
    for (const copy of copies) expect(copy).toMatchObject({ userId: 'ada', country: 'DE' });
    expect(copies).toHaveLength(4);
  });

  test('keeps its state while its shape is the same, and another pattern, key or version is another shape', () => {
    const job = { name: 'a', kind: 'transaction', pattern: cards };
    const shapes = [
      job,
      { ...job, version: 2 },
      { ...job, key: 'merchant' },
      { ...job, pattern: pattern().first('card', {}, { times: 4 }).within('1h') },
    ].map((each) => compile(each).stateShape);
    expect(new Set(shapes).size).toBe(4);
    expect(compile({ ...job, mode: 'SHADOW' }).stateShape).toBe(shapes[0]);
  });

  const job = { name: 'a', kind: 'transaction', pattern: cards };
  const mistakes: readonly (readonly [Definition, string])[] = [
    [{ ...job, name: '1' }, 'name: expected a letter'],
    [{ ...job, kind: 'order' }, 'kind: expected one of activity'],
    [{ ...job, key: 'nobody' }, 'key: expected a field of Transaction, got "nobody"'],
    [{ ...job, version: 0 }, 'version: expected a whole number from 1 on, got 0'],
    [{ ...job, allowedLateness: 'long' }, 'allowedLateness: expected a duration'],
    [{ ...job, where: { nobody: { eq: 1 } } }, 'nobody'],
  ];
  test.each(mistakes)('that cannot run is refused with what was expected (%#)', (wrong, message) => {
    expect(() => compile(wrong)).toThrow(message);
  });

  test('without a longest time has no pattern', () => {
    expect(() => compile({ name: 'a', kind: 'transaction', pattern: pattern().first('a') })).toThrow(
      'expected .within(…)',
    );
  });
});

test.each([
  ['1000', 1000, 0],
  ['1000.0000', '1e3', 0],
  ['1000.0001', 1000, 1],
  ['9', '10', -1],
  ['12345678901234567890.1', '12345678901234567890.2', -1],
])('the amounts %s and %s are compared exactly, as text or as numbers', (a, b, order) => {
  expect(Math.sign(compareAmounts(a, b))).toBe(order);
  expect(() => compareAmounts('much', b)).toThrow('expected a decimal');
});

describe('a folder of jobs', () => {
  const folders: string[] = [];
  afterAll(() => {
    for (const folder of folders) rmSync(folder, { recursive: true, force: true });
  });
  const folderOf = (files: Readonly<Record<string, string>>) => {
    const folder = mkdtempSync(join(tmpdir(), 'lakegate-jobs-'));
    folders.push(folder);
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
    return folder;
  };

  test('anywhere on the disk runs as it is, with nothing installed: types, and lakegate, and files of its own', {
    timeout: 120_000,
  }, async () => {
    const folder = folderOf({
      'gift-cards.ts': `import { defineJob, pattern } from 'lakegate';
        import { isGiftCard, type Payment } from './folder-of-mine.mts';
        export default defineJob<Payment>({ name: 'gift-cards', kind: 'transaction', where: isGiftCard,
          pattern: pattern<Payment>().first('cards', {}, { times: 3 }).within('1h') });`,
      'folder-of-mine.mts': `import { defineJob, pattern } from 'lakegate';
        export interface Payment { readonly category: string }
        export const isGiftCard = ({ category }: Payment) => category === 'gift-card';
        export default defineJob({ name: 'other', kind: 'activity', pattern: pattern().first('any').within('1s') });`,
      'notes.d.ts': 'export {};',
      'README.md': 'not a job',
    });
    expect(await namesOfJobsIn(folder)).toEqual(['other', 'gift-cards']);
  });

  test('the examples are such a folder', { timeout: 120_000 }, async () => {
    const examples = fileURLToPath(new URL('../../examples/jobs', import.meta.url));
    expect(await namesOfJobsIn(examples)).toEqual(['first-abroad', 'gift-cards']);
  });

  test('tells all mistakes of all files at once, each with its file', { timeout: 120_000 }, async () => {
    const folder = folderOf({
      'a.ts': 'export const nothing = 1;',
      'b.ts': 'this is not TypeScript',
      'c.ts': `import { defineJob, pattern } from 'lakegate';
        export default defineJob({ name: 'c', kind: 'nothing', pattern: pattern().first('any').within('1s') });`,
    });
    const anyOf = (name: string) => `import { defineJob, pattern } from 'lakegate';
        export default defineJob({ name: '${name}', kind: 'activity', pattern: pattern().first('any').within('1s') });`;
    writeFileSync(join(folder, 'd.ts'), anyOf('mine'));
    writeFileSync(join(folder, 'e.ts'), anyOf('mine'));
    writeFileSync(join(folder, 'f.ts'), anyOf('card-testing'));
    const told = await namesOfJobsIn(folder).catch((error: Error) => error.message);
    expect(told).toContain('a.ts: expected a job as the default export');
    expect(told).toContain('b.ts: ');
    expect(told).toContain('c.ts: job "c": kind: expected one of');
    expect(told).not.toContain('d.ts');
    expect(told).toContain('e.ts: expected a name of its own, got "mine", which another job has');
    expect(told).toContain('f.ts: expected a name of its own, got "card-testing"');
  });

  test('that is not there is refused', { timeout: 120_000 }, async () => {
    await expect(namesOfJobsIn('/nowhere')).rejects.toThrow('LAKEGATE_JOBS_DIR: expected a folder that can be read');
  });
});

/** In a process of its own, because a test's imports are not those of the product. */
async function namesOfJobsIn(folder: string): Promise<readonly string[]> {
  const script = fileURLToPath(new URL('./print-jobs.mjs', import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, [script, folder]);
  return JSON.parse(stdout);
}
