// Loads a folder of jobs as the product does (bin/lakegate.js) and prints their names.
import { register } from 'tsx/esm/api';

register();
const { loadJobFiles } = await import('../../src/processor/load-job-files.ts');
const { loadDeclarations } = await import('../../src/model/declare/load-declarations.ts');
const model = loadDeclarations(new URL('../../schema/events', import.meta.url).pathname);
const jobs = await loadJobFiles(process.argv[2], model);
process.stdout.write(JSON.stringify(jobs.map(({ name }) => name)));
