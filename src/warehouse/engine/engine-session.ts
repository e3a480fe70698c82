/** One connection to the engine, as far as this folder uses it; one statement at a time. Made only in engine-process.ts. */
export interface EngineSession {
  query(sql: string, format: string): Promise<EngineAnswer>;
  /** The bytes go to the engine as they are, without a copy: nobody may change them before this settles. */
  insert(target: InsertTarget, bytes: Uint8Array): Promise<WrittenCounts>;
  close(): void;
}

export interface EngineAnswer {
  readonly bytes: Uint8Array;
  readonly rowsRead: number;
  readonly bytesRead: number;
  readonly elapsedMs: number;
}

export interface InsertTarget {
  readonly table: string;
  /** Null: as the format names them, or all in their order. */
  readonly columns: readonly string[] | null;
  readonly format: string;
  readonly settings: ReadonlyMap<string, string>;
}

export interface WrittenCounts {
  readonly rowsWritten: number;
  readonly bytesWritten: number;
  readonly elapsedMs: number;
}
