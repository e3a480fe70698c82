import { parquetMetadata, parquetReadObjects } from 'hyparquet';
import { dateTimeText } from '../../src/model/values/date-time.ts';

export interface ReadParquet {
  /** `amount DECIMAL(38,10)`, `count INT64`: each column as the file describes it. */
  readonly columns: readonly string[];
  /** Decimals and times as the exact text that GraphQL gives out. */
  readonly rows: readonly Readonly<Record<string, unknown>>[];
}

/** A Parquet file by somebody else's reader. It makes doubles of decimals, so those are taken as the bytes they are. */
export async function readParquet(bytes: Uint8Array): Promise<ReadParquet> {
  const file = new Uint8Array(bytes).buffer;
  const metadata = parquetMetadata(file);
  const [, ...elements] = metadata.schema;
  const columns = elements.map(({ name, type, converted_type, logical_type, precision, scale }) =>
    converted_type === 'DECIMAL'
      ? `${name} DECIMAL(${precision},${scale})`
      : `${name} ${logical_type?.type ?? converted_type ?? type}`,
  );
  const scales = new Map<string, number>();
  for (const element of elements) {
    if (element.converted_type !== 'DECIMAL') continue;
    scales.set(element.name, element.scale ?? 0);
    delete element.converted_type;
    delete element.logical_type;
  }
  const rows = await parquetReadObjects({
    file,
    metadata,
    utf8: false,
    parsers: {
      timestampFromMicroseconds: (micros: bigint) => dateTimeText(micros),
      dateFromDays: (days: number) => new Date(days * 86_400_000).toISOString().slice(0, 10),
    },
  });
  const exact = ([name, value]: [string, unknown]) => {
    const scale = scales.get(name);
    if (scale !== undefined && value instanceof Uint8Array) return [name, decimalOf(value, scale)];
    return [name, typeof value === 'bigint' ? Number(value) : value];
  };
  return { columns, rows: rows.map((row) => Object.fromEntries(Object.entries(row).map(exact))) };
}

/** Two's complement, highest byte first. */
function decimalOf(bytes: Uint8Array, scale: number): string {
  const whole = BigInt.asIntN(bytes.length * 8, BigInt(`0x${Buffer.from(bytes).toString('hex')}`));
  const digits = String(whole < 0n ? -whole : whole).padStart(scale + 1, '0');
  const text = `${digits.slice(0, -scale)}.${digits.slice(-scale)}`.replace(/\.?0+$/, '');
  return whole < 0n ? `-${text}` : text;
}
