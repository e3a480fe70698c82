import { execFileSync } from 'node:child_process';
import { appendFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus, release, totalmem } from 'node:os';
import { join } from 'node:path';

/** What every kept run says of itself. */
export interface Circumstances {
  readonly at: string;
  readonly commit: string;
  readonly machine: string;
}

export function circumstances(): Circumstances {
  return { at: new Date().toISOString(), commit: commit(), machine: machine() };
}

/**
 * Everything as data in results/<name>.json, and one line at the end of that measurement's table in bench/README.md, which stands behind the
 * comment `<!-- <name> -->`.
 */
export function keep(name: string, figures: Circumstances, cells: readonly string[]): void {
  const results = join(import.meta.dirname, 'results');
  mkdirSync(results, { recursive: true });
  writeFileSync(join(results, `${name}.json`), `${JSON.stringify(figures, null, 2)}\n`);
  const readme = join(import.meta.dirname, 'README.md');
  const line = `| ${[`${figures.at.slice(0, 10)}, ${figures.commit}`, figures.machine, ...cells].join(' | ')} |`;
  const mark = `<!-- ${name} -->\n`;
  const text = readFileSync(readme, 'utf8');
  if (!text.includes(mark)) appendFileSync(readme, `${line}\n`);
  else writeFileSync(readme, text.replace(mark, `${line}\n${mark}`));
}

export function machine(): string {
  const [first] = cpus();
  return `${cpus().length} × ${first?.model.trim() ?? 'unknown processor'}, ${Math.round(totalmem() / 2 ** 30)} GiB, Linux ${release()}, Node ${process.version}`;
}

function commit(): string {
  return execFileSync('git', ['rev-parse', '--short', 'HEAD'], { cwd: import.meta.dirname, encoding: 'utf8' }).trim();
}

export function number(value: number): string {
  return Math.round(value).toLocaleString('en-US');
}

export function say(text: string): void {
  process.stdout.write(`${text}\n`);
}
