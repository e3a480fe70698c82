import { resolve } from 'node:path';
import { BaseSequencer, type TestSpecification } from 'vitest/node';
import { LONG_FILES } from './long-files.ts';

/**
 * Files that take long come first, so that workers end together: a file of minutes that begins last is waited for by all. Those on brokers wait
 * more than they compute and stand between the others. Files that may share a process come last, in a row: vitest keeps a process for the next file
 * only. It would order by what it measured the last time, which a fresh clone does not have.
 */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    return [...files].sort((a, b) => rank(a) - rank(b) || (a.moduleId < b.moduleId ? -1 : 1));
  }
}

const ROOT = resolve(import.meta.dirname, '../..');
const RANKS = new Map(LONG_FILES.map((file, at) => [resolve(ROOT, file), at]));

function rank({ moduleId, project }: TestSpecification): number {
  return RANKS.get(moduleId) ?? LONG_FILES.length + (project.config.isolate ? 0 : 1);
}
