const UNIT_BYTES: Readonly<Record<string, number>> = { B: 1, KiB: 2 ** 10, MiB: 2 ** 20, GiB: 2 ** 30 };

/** A size as people write it in settings: `64MiB`, `512KiB`, `1048576` (bytes). Null if it is not one. */
export function parseBytes(text: string): number | null {
  const found = /^(\d{1,15})(B|KiB|MiB|GiB)?$/.exec(text);
  if (found === null) return null;
  const bytes = Number(found[1]) * (UNIT_BYTES[found[2] ?? 'B'] ?? Number.NaN);
  return Number.isSafeInteger(bytes) ? bytes : null;
}
