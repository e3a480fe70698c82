// Run after a change of dependencies: `node .ci/complete-lock.js`. A lock file must name the packages of every platform, or `npm ci` refuses
// it, but npm leaves out those that the registry at hand does not carry. They are named here by what asks for them. Download addresses go,
// so that any registry serves.
import { readFileSync, writeFileSync } from 'node:fs';

const lock = JSON.parse(readFileSync('package-lock.json', 'utf8'));
for (const entry of Object.values(lock.packages)) delete entry.resolved;
for (const [path, entry] of Object.entries(lock.packages)) {
  for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
    if (lock.packages[`node_modules/${name}`] ?? lock.packages[`${path}/node_modules/${name}`]) continue;
    lock.packages[`node_modules/${name}`] = {
      version,
      ...platformOf(name),
      ...(entry.dev && { dev: true }),
      optional: true,
    };
    console.log(`added ${name}@${version}`);
  }
}
lock.packages = Object.fromEntries(Object.entries(lock.packages).sort(([a], [b]) => (a < b ? -1 : 1)));
writeFileSync('package-lock.json', `${JSON.stringify(lock, null, 2)}\n`);

/** From names such as @chdb/lib-linux-arm64-gnu. */
function platformOf(name) {
  const [, os, cpu, libc] = /-(android|darwin|linux|win32)-(arm64|arm|x64)(?:-(gnu|musl))?$/.exec(name) ?? [];
  if (os === undefined) throw new Error(`${name}: expected a name that ends with its platform`);
  return { os: [os], cpu: [cpu], ...(libc && { libc: [libc === 'gnu' ? 'glibc' : 'musl'] }) };
}
