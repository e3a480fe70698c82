import type { Duplex } from 'node:stream';
import type { WebSocket as ProtocolSocket } from 'graphql-ws';
import type { WebSocket } from 'ws';
import type { Clock } from '../../platform/clock.ts';
import type { Logger } from '../../platform/telemetry.ts';
import type { HeldText } from './held-text.ts';
import type { Rendered } from './rendered.ts';
import { textFrameHead } from './text-frame.ts';
import { WriteRoom } from './write-room.ts';

interface LiveSocketOptions {
  readonly ws: WebSocket;
  /** What is below it. */
  readonly stream: Duplex;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly held: HeldText;
}

/**
 * One WebSocket with its bounds: what it may ask for at a time and in a second, and how long it may be silent. Nothing is queued for it: who
 * sends waits until there is room, and so does who answers a ping.
 */
export class LiveSocket implements ProtocolSocket {
  readonly #ws: WebSocket;
  readonly #stream: Duplex;
  readonly #room: WriteRoom;
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #held: HeldText;
  readonly #operations = new Set<AbortController>();
  readonly #unfinished = { messages: 0, chars: 0 };
  readonly #second = { startedMs: 0, messages: 0 };
  /** Resolves when it is. */
  readonly closed: Promise<void>;
  #message = '';
  #alive = true;

  constructor({ ws, stream, clock, logger, held }: LiveSocketOptions) {
    this.#ws = ws;
    this.#stream = stream;
    this.#room = new WriteRoom(stream);
    this.#clock = clock;
    this.#logger = logger;
    this.#held = held;
    const heartbeat = setInterval(() => this.#beat(), HEARTBEAT_MS);
    stream.on('drain', () => this.#heard());
    ws.on('pong', () => this.#heard());
    ws.on('ping', (data) => this.#ping(data));
    ws.on('error', (error) => logger.debug({ err: error }, 'a WebSocket failed'));
    this.closed = new Promise((resolve) => {
      ws.on('close', () => {
        clearInterval(heartbeat);
        for (const operation of this.#operations) operation.abort();
        resolve();
      });
    });
  }

  get protocol(): string {
    return this.#ws.protocol;
  }

  /** The message being handled, until whoever handles it waits for something; then none. */
  get message(): string {
    return this.#message;
  }

  /** How many are asked for and not done, this one counted. */
  get unfinished(): number {
    return this.#unfinished.messages;
  }

  send(message: string): Promise<void> | undefined {
    this.#ws.send(message, ignoreFailure);
    return this.#room.whenRoom();
  }

  /**
   * Past the library, which would copy the result for each reader, or send it in two frames: its bytes are those of everybody who gets it, also
   * while they wait for a socket that is slow. Nothing is compressed, so the library itself writes whole messages and these come between them.
   */
  sendResult(opening: Buffer, { closed }: Rendered): Promise<void> | undefined {
    if (this.#ws.readyState !== this.#ws.OPEN) return undefined;
    this.#stream.cork();
    this.#stream.write(textFrameHead(opening, closed.length));
    this.#stream.write(closed);
    this.#stream.uncork();
    return this.#room.whenRoom();
  }

  close(code?: number, reason?: string): void {
    this.#ws.close(code, reason);
  }

  terminate(): void {
    this.#ws.terminate();
  }

  onMessage(handle: (message: string) => Promise<void>): void {
    this.#ws.on('message', (data) => void this.#handle(handle, String(data)));
  }

  /**
   * Ends when it is done, its client says that it is enough, or the socket closes: at once, so that its id is free. What still runs then counts as
   * unfinished until it does not, or a client could have any number of slow ones by ending each.
   */
  operation(chars: number, run: (gone: AbortSignal) => Promise<void>): AsyncIterableIterator<never> {
    const gone = new AbortController();
    const aborted = new Promise<void>((resolve) => gone.signal.addEventListener('abort', () => resolve()));
    const end = () => {
      gone.abort();
      return Promise.resolve({ value: undefined, done: true as const });
    };
    return {
      next: async () => {
        this.#operations.add(gone);
        if (this.#ws.readyState !== this.#ws.OPEN) gone.abort();
        const running = run(gone.signal).finally(() => this.#operations.delete(gone));
        await Promise.race([running, aborted]);
        if (this.#operations.has(gone)) this.#holdUntil(running, chars);
        return { value: undefined, done: true };
      },
      return: end,
      [Symbol.asyncIterator]() {
        return this;
      },
    };
  }

  async #handle(handle: (message: string) => Promise<void>, message: string): Promise<void> {
    // Behind the word to go nothing is executed: nobody would be told of it.
    if (this.#ws.readyState !== this.#ws.OPEN) return;
    const { messages, chars } = this.#unfinished;
    this.#heard();
    this.#countMessage();
    if (messages >= UNFINISHED_MAX || chars + message.length > UNFINISHED_CHARS_MAX) {
      return this.#refuse(TOO_MANY, 'Too much asked for at a time');
    }
    if (!this.#held.hasRoomFor(message.length)) return this.#refuse(TRY_AGAIN, 'This server holds as much as it may');
    this.#hold(message.length);
    this.#message = message;
    try {
      const handled = handle(message);
      this.#message = '';
      await handled;
    } catch (error) {
      // What answers operations never fails, so it is a message that no server expects.
      this.#logger.debug({ err: error }, 'a message over WebSocket could not be handled');
      this.close(BAD_REQUEST, 'Invalid message received');
    } finally {
      this.#giveBack(message.length);
    }
  }

  #refuse(code: number, reason: string): void {
    this.#logger.debug({ code, ...this.#unfinished }, 'a WebSocket is closed for what it asks');
    this.close(code, reason);
  }

  #holdUntil(running: Promise<void>, chars: number): void {
    this.#hold(chars);
    const giveBack = () => this.#giveBack(chars);
    running.then(giveBack, giveBack);
  }

  #hold(chars: number): void {
    this.#unfinished.messages++;
    this.#unfinished.chars += chars;
    this.#held.hold(chars);
  }

  #giveBack(chars: number): void {
    this.#unfinished.messages--;
    this.#unfinished.chars -= chars;
    this.#held.giveBack(chars);
  }

  /** Reads no more in this second from who sends too much: it is his own messages that wait. */
  #countMessage(): void {
    const second = this.#second;
    const nowMs = this.#clock.nowMs();
    if (Math.abs(nowMs - second.startedMs) >= 1_000) {
      second.startedMs = nowMs;
      second.messages = 0;
    }
    if (++second.messages < MESSAGES_A_SECOND_MAX || this.#ws.isPaused) return;
    this.#ws.pause();
    setTimeout(() => this.#ws.resume(), 1_000).unref();
  }

  /** A pong that nobody takes is not sent. */
  #ping(data: Buffer): void {
    this.#heard();
    this.#countMessage();
    if (!this.#room.full) this.#ws.pong(data, false, ignoreFailure);
  }

  #heard(): void {
    this.#alive = true;
  }

  #beat(): void {
    if (!this.#alive) this.#ws.terminate();
    else if (!this.#room.full) this.#ws.ping(undefined, false, ignoreFailure);
    this.#alive = false;
  }
}

/** Operations one socket may have at a time: a page has some dozen panels. */
export const OPERATIONS_A_SOCKET_MAX = 200;

/** What is refused for being too much is a message too, until the client took the refusal. Who does not is let go. */
const UNFINISHED_MAX = 2 * OPERATIONS_A_SOCKET_MAX;

/** Eight of the longest messages there may be. An operation holds its message until it is done. */
const UNFINISHED_CHARS_MAX = 8 * 1024 * 1024;

/** Ten times what a page sends that opens all it may and closes it again, each second. */
const MESSAGES_A_SECOND_MAX = 2_000;

/** A client that is gone is noticed within twice this; proxies close what is silent for a minute. */
const HEARTBEAT_MS = 30_000;

const TOO_MANY = 4429;
const TRY_AGAIN = 1013;
const BAD_REQUEST = 4400;

/** A socket that cannot send closes, and closing is what ends its operations. */
function ignoreFailure(): void {}
