/** What the supervisor tells the engine process, over their private channel. The key never stands in an environment or a command line. */
export type EngineOrder =
  | {
      readonly type: 'start';
      /** The engine's own folder: one process at a time. */
      readonly path: string;
      /** 0 takes any free port of the loopback interface. */
      readonly port: number;
      /** What every request must carry. */
      readonly key: string;
      readonly sessions: { readonly load: number; readonly ask: number; readonly people: number };
      /** Of the engine's own server configuration; null where its defaults do. */
      readonly configFile: string | null;
    }
  /** Answered by 'healthy' with the same number, or the process is taken to hang. */
  | { readonly type: 'check'; readonly number: number };

export type EngineReport =
  | { readonly type: 'listening'; readonly port: number }
  | { readonly type: 'failed'; readonly reason: string }
  | { readonly type: 'healthy'; readonly number: number };
