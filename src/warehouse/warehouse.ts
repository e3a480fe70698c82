/**
 * ClickHouse as the rest of the product sees it, embedded or a server: always its HTTP interface. Nothing above src/warehouse knows which one is there.
 */
export interface Warehouse {
  /** Rows as objects. 64-bit integers and decimals come as text, times as ISO text in UTC. Values only through `params`. */
  query<Row>(sql: string, options?: QueryOptions): Promise<QueryResult<Row>>;
  /** A statement without rows: DDL, ALTER, INSERT … SELECT. */
  command(sql: string, options?: QueryOptions): Promise<void>;
  /** Bytes in a ClickHouse format, sent as they are. Resolves when every view has taken them. */
  insert(table: string, bytes: Uint8Array, options: InsertOptions): Promise<void>;
  state(): WarehouseState;
  /** Called at each change of state. */
  onState(listener: (state: WarehouseState) => void): () => void;
  close(): Promise<void>;
}

export interface QueryOptions {
  /** For `{name:Type}` placeholders: bound by the server, never by text. */
  readonly params?: Readonly<Record<string, unknown>>;
  readonly settings?: Readonly<Record<string, string | number>>;
  readonly signal?: AbortSignal;
  /** Which pool of the embedded engine answers: people's questions never wait behind loading. Default 'ask'. */
  readonly pool?: 'ask' | 'load';
}

export interface InsertOptions {
  readonly format: 'JSONEachRow';
  readonly settings: Readonly<Record<string, string | number>>;
}

export interface QueryResult<Row> {
  readonly rows: readonly Row[];
  readonly rowsRead: number;
  readonly bytesRead: number;
}

export type WarehouseState =
  | { readonly state: 'starting' }
  /** `generation` grows by one each time the engine process was started anew: whoever had work in flight in an older one must verify it. */
  | { readonly state: 'up'; readonly generation: number }
  | { readonly state: 'down'; readonly reason: string; readonly sinceMs: number }
  | { readonly state: 'closed' };

/** The database all tables live in. */
export const DATABASE = 'lakegate';
