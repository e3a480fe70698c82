import { execFile, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rename, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { oneAtATime } from './one-at-a-time.ts';

const run = promisify(execFile);
const POM = join(import.meta.dirname, 'pom.xml');
const CACHE = resolve(import.meta.dirname, '../../../node_modules/.cache/lakegate');

/** What a pom asks for: fetched once per version of the pom and of Java, by whoever needs it first. */
export interface JavaServers {
  /** For `java -cp`. */
  readonly classPath: string;
  /** A folder for what is made from them. It is there. */
  readonly dir: string;
}

/** The servers of the tests. */
export function javaServers(): Promise<JavaServers> {
  return fetchedByMaven(POM, 'java-servers');
}

/** The name is for people who look into the cache. */
export async function fetchedByMaven(pom: string, name: string): Promise<JavaServers> {
  const { stderr: version } = await run('java', ['-version']);
  const key = createHash('sha256')
    .update(await readFile(pom))
    .update(version);
  const dir = join(CACHE, `${name}-${key.digest('hex').slice(0, 12)}`);
  const jars = join(dir, 'jars');
  await mkdir(dir, { recursive: true });
  if (!existsSync(jars)) await oneAtATime(join(dir, 'jars.lock'), () => fetchJars(pom, dir, jars));
  return { classPath: join(jars, '*'), dir };
}

/** A JDK and Maven. A JRE is not enough: the producer in Java is started from its source. */
export function javaIsHere(): boolean {
  return spawnSync('javac', ['-version']).status === 0 && spawnSync('mvn', ['-version']).status === 0;
}

/** The folder gets its name when everything is in it. */
async function fetchJars(pom: string, dir: string, jars: string): Promise<void> {
  if (existsSync(jars)) return;
  const fetched = await mkdtemp(join(dir, 'fetched-'));
  try {
    await run('mvn', ['-q', '-B', '-f', pom, 'dependency:copy-dependencies', `-DoutputDirectory=${fetched}`]);
    await rename(fetched, jars);
  } finally {
    await rm(fetched, { recursive: true, force: true });
  }
}
