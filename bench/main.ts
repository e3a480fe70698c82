import { benchIngest } from './ingest.ts';

/** `npm run bench -- ingest [--brief]`: prints figures as ratios of something measured in the same run, and writes them to bench/results/. */
const [name, ...flags] = process.argv.slice(2);
if (name !== 'ingest') {
  process.stderr.write(`expected the name of a measurement (ingest), got ${name ?? 'nothing'}\n`);
  process.exit(2);
}
await benchIngest({ brief: flags.includes('--brief') });
