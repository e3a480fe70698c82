import { openLoadingBench, randomTransactions } from './loading.ts';

/* Appends and loads until it is killed: log, engine and loader of one product in the directory given. Says so once it is loading. */
const [dir = ''] = process.argv.slice(2);
const bench = await openLoadingBench({ kinds: ['transaction'], dir });
process.stdout.write('loading\n');
for (;;) {
  await bench.log.append('transactions', randomTransactions(400, { spreadMs: 2 * 86_400_000 }));
  await new Promise((resolve) => setTimeout(resolve, 20));
}
