import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ORACLE, PLANTED_MISTAKES, type PlantedMistake } from './planted-mistakes.ts';

/*
 * Tests of tests: each mistake is planted in a copy of the sources, and a test has to turn red. `PLANTED_MISTAKES=1 npx vitest run
 * test/processor/planted-mistakes.test.ts` takes some minutes; where it is not asked for, only that the sources still hold what is to be made wrong is
 * looked at.
 */
const ROOT = resolve(import.meta.dirname, '../..');
const COPIED = [
  'src',
  'schema',
  'clickhouse',
  'test/processor',
  'test/support',
  'vitest.config.ts',
  'package.json',
  'tsconfig.json',
];
const TIMEOUT_MS = 300_000;

test.each(PLANTED_MISTAKES)('the sources hold once what is wrong when $what', ({ file, right }) => {
  expect(readFileSync(join(ROOT, 'src/processor', file), 'utf8').split(right)).toHaveLength(2);
});

if (process.env.PLANTED_MISTAKES === '1')
  describe('planted mistakes', () => {
    let copy: string;
    beforeAll(() => {
      copy = mkdtempSync(join(tmpdir(), 'lakegate-mistakes-'));
      for (const path of COPIED) cpSync(join(ROOT, path), join(copy, path), { recursive: true });
      symlinkSync(join(ROOT, 'node_modules'), join(copy, 'node_modules'));
    }, TIMEOUT_MS);
    afterAll(() => rmSync(copy, { recursive: true, force: true }));

    test('without a mistake all is green', { timeout: TIMEOUT_MS }, () => {
      for (const suite of new Set(PLANTED_MISTAKES.map((mistake) => mistake.suite)))
        expect(redTests(copy, suite)).toEqual([]);
    });

    test.each(PLANTED_MISTAKES)('red: $what', { timeout: TIMEOUT_MS }, (mistake) => {
      const red = withMistake(copy, mistake, () => redTests(copy, mistake.suite));
      process.stdout.write(`${mistake.what}\n  → ${red[0] ?? 'nothing turned red'}\n`);
      expect(red).not.toEqual([]);
    });
  });

function withMistake<Found>(copy: string, { file, right, wrong }: PlantedMistake, look: () => Found): Found {
  const path = join(copy, 'src/processor', file);
  const source = readFileSync(path, 'utf8');
  writeFileSync(path, source.replace(right, wrong));
  try {
    return look();
  } finally {
    writeFileSync(path, source);
  }
}

/** Names of the tests that failed. Throws where the suites could not even be loaded. */
function redTests(copy: string, suite: string): readonly string[] {
  const only = suite === ORACLE ? ['--testNamePattern', 'undisturbed'] : [];
  const args = [
    'vitest',
    'run',
    '--project',
    'node',
    '--reporter',
    'json',
    '--bail',
    '1',
    ...only,
    join('test/processor', suite),
  ];
  const { stdout, stderr } = spawnSync('npx', args, {
    cwd: copy,
    env: { ...process.env, ORACLE_SEEDS: '1' },
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  const report: Report = JSON.parse(stdout.slice(stdout.indexOf('{')));
  const broken = report.testResults.find(
    ({ status, assertionResults }) => status === 'failed' && assertionResults.length === 0,
  );
  if (broken !== undefined) throw new Error(`${broken.name}: ${broken.message}\n${stderr}`);
  return report.testResults
    .flatMap(({ assertionResults }) => assertionResults)
    .filter(({ status }) => status === 'failed')
    .map(({ fullName }) => fullName);
}

interface Report {
  readonly testResults: readonly {
    readonly name: string;
    readonly status: string;
    readonly message: string;
    readonly assertionResults: readonly { readonly fullName: string; readonly status: string }[];
  }[];
}
