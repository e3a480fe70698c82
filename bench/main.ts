import { benchIngest } from './ingest.ts';
import { benchKafka } from './kafka.ts';
import { benchLive } from './live.ts';
import { benchProcess } from './process.ts';
import { benchQuery } from './query.ts';
import { benchStream } from './stream.ts';

/** `npm run bench -- <name> [--brief]`: prints figures as ratios of something measured in the same run, and writes them to bench/results/. */
const BENCHES = {
  ingest: benchIngest,
  kafka: benchKafka,
  live: benchLive,
  process: benchProcess,
  query: benchQuery,
  stream: benchStream,
};

const [name = '', ...flags] = process.argv.slice(2);
const bench = Object.entries(BENCHES).find(([known]) => known === name)?.[1];
if (bench === undefined) {
  process.stderr.write(
    `expected the name of a measurement (${Object.keys(BENCHES).join(', ')}), got ${name || 'nothing'}\n`,
  );
  process.exit(2);
}
await bench({ brief: flags.includes('--brief') });
