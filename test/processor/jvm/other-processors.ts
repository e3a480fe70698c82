import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rename, rm } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { fetchedByMaven } from '../../support/kafka/java-servers.ts';
import { oneAtATime } from '../../support/kafka/one-at-a-time.ts';

const run = promisify(execFile);

/** A program beside this file: Kafka Streams or Flink, asked for one thing. */
export type OtherProcessor = 'StreamsWindows' | 'FlinkPatterns' | 'FlinkBaseline';

export interface HowToRun {
  /** Small and quick to start unless it is measured. */
  readonly javaOptions?: readonly string[];
}

/** Its standard output, a value of JSON for each line. Fetches and compiles what was not there yet. */
export async function askOtherProcessor<Line>(
  program: OtherProcessor,
  args: readonly string[],
  { javaOptions = SMALL }: HowToRun = {},
): Promise<readonly Line[]> {
  const classPath = await compiledPrograms();
  const java = [...javaOptions, ...OPENED_TO_FLINK, '-cp', classPath, program, ...args];
  const { stdout } = await run('java', java, { maxBuffer: OUTPUT_BYTES_MAX });
  return stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line): Line => JSON.parse(line));
}

const OUTPUT_BYTES_MAX = 256 * 1024 * 1024;
const SMALL = ['-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', '-Xmx512m'];
/** What Flink's serializers look into, by its own list for Java 17. */
const OPENED_TO_FLINK = ['java.util', 'java.lang', 'java.time'].map(
  (name) => `--add-opens=java.base/${name}=ALL-UNNAMED`,
);

/** A cluster in one process loads its functions by name, so they have to be files: compiled once per version of the sources and libraries. */
async function compiledPrograms(): Promise<string> {
  const { classPath, dir } = await fetchedByMaven(join(import.meta.dirname, 'pom.xml'), 'other-processors');
  const sources = (await readdir(import.meta.dirname)).filter((name) => name.endsWith('.java')).sort();
  const paths = sources.map((name) => join(import.meta.dirname, name));
  const hash = createHash('sha256');
  for (const path of paths) hash.update(await readFile(path));
  const classes = join(dir, `classes-${hash.digest('hex').slice(0, 12)}`);
  await oneAtATime(join(dir, 'classes.lock'), async () => {
    if (existsSync(classes)) return;
    const compiling = await mkdtemp(join(dir, 'compiling-'));
    try {
      await run('javac', ['-nowarn', '-cp', classPath, '-d', compiling, ...paths]);
      await rename(compiling, classes);
    } finally {
      await rm(compiling, { recursive: true, force: true });
    }
  });
  return [classes, classPath].join(delimiter);
}
