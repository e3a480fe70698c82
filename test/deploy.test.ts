import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { readConfig } from '../src/platform/config.ts';

const ROOT = resolve(import.meta.dirname, '..');
const compose = readFileSync(join(ROOT, 'docker-compose.embedded.yml'), 'utf8');
const dockerfile = readFileSync(join(ROOT, 'deploy/Dockerfile'), 'utf8');

test('what the compose file and the image set is what the product reads', () => {
  const fromCompose = [...compose.matchAll(/^ {6}([A-Z_]+): "?([^"\n]+)"?$/gm)].map(([, name, value]) => [name, value]);
  const fromImage = [...(/^ENV (.*)$/m.exec(dockerfile)?.[1] ?? '').matchAll(/(\w+)=(\S+)/g)].map(([, name, value]) => [
    name,
    value,
  ]);
  expect(fromCompose.length).toBeGreaterThan(2);
  expect(fromImage.length).toBeGreaterThan(2);
  const config = readConfig(Object.fromEntries([...fromImage, ...fromCompose]));
  expect(config).toMatchObject({ host: '0.0.0.0', port: 4000, dataDir: '/data' });
});

test('the image copies only what is there, and starts what npm start starts', () => {
  const copied = [...dockerfile.matchAll(/^COPY (?!--from)(.+) \S+$/gm)].flatMap(([, names = '']) => names.split(' '));
  for (const name of copied) expect(existsSync(join(ROOT, name)), name).toBe(true);
  const ignored = readFileSync(join(ROOT, '.dockerignore'), 'utf8').split('\n');
  for (const name of copied) expect(ignored, name).toContain(`!${name}`);
  const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  expect(JSON.parse(/^CMD (\[.*\])$/m.exec(dockerfile)?.[1] ?? '[]').join(' ')).toBe(scripts.start);
});

test('the compose file gives the product longer to stop than the product takes for itself', () => {
  const graceSeconds = Number(/stop_grace_period: (\d+)s/.exec(compose)?.[1]);
  expect(graceSeconds * 1000).toBeGreaterThan(readConfig({}).stopDeadlineMs);
});
