/**
 * Flips one bit after another in copies of a closed log and tells for each what came of it. A process of its own, because a damaged page
 * may end the process that reads it. Run as: node --import tsx log-flip-checker.ts <closed log> <scratch directory> <seed> <from> <to>
 *
 * Prints "<number> <byte> <bit>" before and "<number> <verdict>" after each flip: "harmless", "detected", "forgotten" (a claim is not found
 * any more, all that is found is right) or "SILENT <what>".
 */
import { copyFileSync, cpSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type EmbeddedLog, openEmbeddedLog } from '../../src/log/embedded-log.ts';
import { systemClock } from '../../src/platform/clock.ts';
import { LakegateError } from '../../src/platform/errors.ts';

const TOPIC = 'things';
const PARTITIONS = 3;

const [source = '', scratch = '', seed = '0', from = '0', to = '0'] = process.argv.slice(2);
const sound = await contentsOf(await openCopy(null));
for (let number = Number(from); number < Number(to); number++) {
  const place = placeOf(number);
  process.stdout.write(`${number} ${place.byte} ${place.bit}\n`);
  process.stdout.write(`${number} ${await verdictOn(place)}\n`);
}
process.exit(0);

interface Place {
  readonly byte: number;
  readonly bit: number;
}

interface Contents {
  /** By "partition/offset" and "claim name" and "note name". */
  readonly found: ReadonlyMap<string, string>;
  readonly complaints: number;
}

/** A multiplicative hash of number and seed: the same flips on every run. */
function placeOf(number: number): Place {
  const size = statSync(join(source, 'data.mdb')).size;
  const mixed = Math.imul(number + 1 + Number(seed) * 7919, 0x9e3779b1) >>> 0;
  return { byte: mixed % size, bit: (mixed >>> 8) % 8 };
}

async function openCopy(place: Place | null): Promise<EmbeddedLog> {
  rmSync(scratch, { recursive: true, force: true });
  cpSync(source, scratch, { recursive: true });
  if (place !== null) flip(join(scratch, 'data.mdb'), place);
  return openEmbeddedLog({ dir: scratch, clock: systemClock, claimsKeptMs: 3_600_000_000 });
}

function flip(path: string, { byte, bit }: Place): void {
  const bytes = readFileSync(path);
  bytes[byte] = (bytes[byte] ?? 0) ^ (1 << bit);
  copyFileSync('/dev/null', path);
  writeFileSync(path, bytes);
}

async function verdictOn(place: Place): Promise<string> {
  let damaged: Contents;
  try {
    damaged = await contentsOf(await openCopy(place));
  } catch (error) {
    return isNamed(error) ? 'detected' : `SILENT an unnamed error: ${String(error)}`;
  }
  let forgotten = false;
  for (const [name, text] of sound.found) {
    const now = damaged.found.get(name);
    if (now === text) continue;
    if (now !== undefined) return `SILENT ${name} was ${text.slice(0, 40)}, is ${now.slice(0, 40)}`;
    if (name.startsWith('claim ')) forgotten = true;
    else if (damaged.complaints === 0) return `SILENT ${name} is gone`;
  }
  for (const name of damaged.found.keys()) if (!sound.found.has(name)) return `SILENT ${name} came out of nothing`;
  if (damaged.complaints > 0) return 'detected';
  return forgotten ? 'forgotten' : 'harmless';
}

async function contentsOf(log: EmbeddedLog): Promise<Contents> {
  const found = new Map<string, string>();
  let complaints = 0;
  const unlessNamed = async (look: () => Promise<void>) => {
    try {
      await look();
    } catch (error) {
      if (!isNamed(error)) throw error;
      complaints++;
    }
  };
  for (let partition = 0; partition < PARTITIONS; partition++) {
    for (const skipCorrupt of [false, true]) {
      await unlessNamed(async () => {
        const options = { signal: new AbortController().signal, follow: false, skipCorrupt };
        for await (const chunk of log.read(TOPIC, partition, 0n, options)) {
          for (const { offset, key, timeMs, value } of chunk) {
            found.set(`${partition}/${offset}`, `${key} ${timeMs} ${Buffer.from(value).toString('base64')}`);
          }
        }
      });
    }
    const end = (await log.ends(TOPIC))[partition];
    found.set(`end ${partition}`, `${end?.first} ${end?.next}`);
  }
  for (let i = 0; i < 400; i++) {
    await unlessNamed(async () => {
      const claim = await log.findClaim(`claim-${i}`);
      if (claim !== null)
        found.set(`claim ${i}`, `${claim.fingerprint} ${claim.position.partition} ${claim.position.offset}`);
    });
  }
  for (const key of ['a', 'b']) found.set(`note ${key}`, Buffer.from(log.notes.get(key) ?? []).toString());
  await log.close();
  return { found, complaints };
}

function isNamed(error: unknown): boolean {
  return error instanceof LakegateError && error.code === 'LOG_CORRUPT';
}
