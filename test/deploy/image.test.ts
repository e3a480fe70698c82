import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ROOT } from '../support/compose-file.ts';

const dockerfile = readFileSync(join(ROOT, 'deploy/Dockerfile'), 'utf8');

test('the image copies only what is there, and starts what npm start starts', () => {
  const copied = [...dockerfile.matchAll(/^COPY (?!--from)(.+) \S+$/gm)].flatMap(([, names = '']) => names.split(' '));
  for (const name of copied) expect(existsSync(join(ROOT, name)), name).toBe(true);
  const ignored = readFileSync(join(ROOT, '.dockerignore'), 'utf8').split('\n');
  for (const name of copied) expect(ignored, name).toContain(`!${name}`);
  const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  expect(JSON.parse(/^CMD (\[.*\])$/m.exec(dockerfile)?.[1] ?? '[]').join(' ')).toBe(scripts.start);
});

test('the image asks for its health at a route that every role has', () => {
  const [, route = ''] = /process\.env\.PORT \+ '([^']+)'/.exec(dockerfile) ?? [];
  expect(readFileSync(join(ROOT, 'src/gateway/health.ts'), 'utf8')).toContain(`server.get('${route}'`);
});
