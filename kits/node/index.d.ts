import type { ChildProcess } from "node:child_process";

/** The sandbox could not be started, or says no. */
export class PeykError extends Error {}

/** The bot did not do what it had to; the message holds the conversation and the wire. */
export class Unmet extends Error {}

/** A port on which nobody listens. */
export function freePort(): Promise<number>;

/** A World: a file, or the same as an object. */
export type World = string | URL | Record<string, unknown>;

/** One thing to talk about. */
export type About =
  | { bot: string }
  | { post: string }
  | { order: number }
  | { return: number }
  | { business: number };

/** How a marketplace is started. */
export interface Options {
  /** Without one it is the demo World. */
  world?: World;
  /** The program; else the variable PEYK, or the `peyk` on the PATH. */
  binary?: string;
  /** Whether addresses of this machine get free ports; they do if nothing is said. */
  freePorts?: boolean;
  /** More arguments of `peyk serve`. */
  args?: string[];
}

/** A message as the control API shows it. */
export interface Message {
  id: number;
  number: number;
  author: "buyer" | "seller" | "market" | "support";
  sent_at: string;
  type: "text" | "media" | "location" | "contact";
  text?: string;
  [key: string]: unknown;
}

/** What a message has to be like; all that is said has to be true. */
export interface Wanted {
  /** The whole text. */
  exact?: string;
  /** Words of it; capitals and half-spaces make no difference. */
  contains?: string;
  regex?: string;
  kind?: "text" | "image" | "file" | "voice" | "video" | "location" | "contact";
  /** Words of a button below it. */
  button?: string;
  /** All its buttons, along the rows. */
  buttons?: string[];
}

/** What a press of a button came to. */
export interface Clicked {
  happened: string;
  text?: string;
  opens?: { type: string; url?: string; post?: string };
  [key: string]: unknown;
}

/** A marketplace of one's own. */
export class Peyk {
  static start(options?: Options): Promise<Peyk>;
  /** Starts it for one test of `node:test`, with which it ends. */
  static for(test: { after(done: () => Promise<void>): void }, options?: Options): Promise<Peyk>;
  readonly url: string;
  /** Which port was taken for each port of this machine in the World. */
  readonly ports: Record<string, number>;
  /** Starts a bot and waits until it listens; it ends with the marketplace. */
  run(
    command: string | string[],
    options?: { port?: number; env?: Record<string, string>; cwd?: string },
  ): Promise<ChildProcess>;
  /** What the server logged and the bots printed, the end of it. */
  log(): string;
  chat(person: string, about: About): Chat;
  /** The person takes back all that an app was allowed. */
  revokes(person: string, app: string): Promise<void>;
  /** A bot has to have called this; `*` in the path stands for anything, `times: 0` for never. */
  called(
    method: string,
    path: string,
    options?: { status?: number; body?: string; times?: number },
  ): Promise<void>;
  /** Lets time pass, `14d` for one, and all happen that falls due in it. */
  passes(span: string): Promise<void>;
  now(): Promise<string>;
  /** What is said from now on counts, and nothing that was said before. */
  begin(): Promise<void>;
  /** Keeps everything as it is under a name: what was said, the clock, the seeds of chance. */
  keeps(name: string): Promise<void>;
  /** Puts everything back to what was kept under a name; what is said from now on counts. */
  restores(name: string): Promise<void>;
  /** Asks the control API. */
  control(method: string, path: string, body?: unknown): Promise<any>;
  stop(): Promise<void>;
}

/** A person and what they talk about. It is opened by the first thing that is done in it. */
export class Chat {
  by(person: string): Chat;
  says(text: string): Promise<Message>;
  sends(prop: "photo" | "voice" | "file"): Promise<Message>;
  sendsFile(path: string | URL): Promise<Message>;
  sendsPlace(latitude: number, longitude: number): Promise<Message>;
  sendsContact(phone: string, name?: string): Promise<Message>;
  clicks(caption: string, wanted?: { shows?: string; opens?: string }): Promise<Clicked>;
  opens(): Promise<void>;
  blocks(): Promise<void>;
  unblocks(): Promise<void>;
  disputes(): Promise<void>;
  isDecided(): Promise<void>;
  isClosed(): Promise<void>;
  marketSays(text: string): Promise<Message>;
  supportSays(text: string): Promise<Message>;
  marketSends(prop: "photo" | "voice" | "video" | "file"): Promise<Message>;
  supportSends(prop: "photo" | "voice" | "video" | "file"): Promise<Message>;
  /** Waits for the bot's next message: its whole text, or what it has to be like. */
  expects(wanted: string | Wanted, options?: { within?: string; skip?: boolean }): Promise<Message>;
  /** The bot must not write in this chat for so long, by the sandbox's clock. */
  silent(span: string): Promise<void>;
}
