// A marketplace inside a test: people who act, a clock that moves, and bots that have to answer.

import { spawn } from "node:child_process";
import { closeSync, existsSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { basename, delimiter, join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";

import { toml } from "./toml.js";

const START_MS = 30_000;
const READY_MS = 30_000;
const STOP_MS = 10_000;
const HERE = /\b(127\.0\.0\.1|localhost):(\d+)/g;

/** The sandbox could not be started, or says no. */
export class PeykError extends Error {}

/** The bot did not do what it had to; the message holds the conversation and the wire. */
export class Unmet extends Error {}

/** A port on which nobody listens. */
export function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer().on("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

function program(given) {
  const found = given ?? process.env.PEYK;
  if (found) return found;
  const places = (process.env.PATH ?? "").split(delimiter).map((folder) => join(folder, "peyk"));
  const there = places.find((place) => existsSync(place));
  if (!there) throw new PeykError("there is no peyk: set PEYK to the program, or put it on the PATH");
  return there;
}

/** The environment without what would configure a Peyk, and without proxies. */
function withoutOurs() {
  const ours = ([name]) => !name.startsWith("PEYK_") && !name.toLowerCase().endsWith("_proxy");
  return Object.fromEntries(Object.entries(process.env).filter(ours));
}

function signal(child, name) {
  try {
    process.kill(-child.pid, name);
  } catch {
    // It is gone already.
  }
}

const hasEnded = (child) => child.exitCode !== null || child.signalCode !== null;

async function end(child) {
  const ended = hasEnded(child) || new Promise((resolve) => child.once("exit", resolve));
  signal(child, "SIGTERM");
  const late = new AbortController();
  await Promise.race([ended, pause(STOP_MS, undefined, { signal: late.signal }).catch(() => {})]);
  late.abort();
  // Whatever it started ends with it.
  signal(child, "SIGKILL");
  await ended;
}

/** A marketplace of one's own. */
export class Peyk {
  #folder;
  #logFile;
  #server;
  #programs = [];
  #after = 0;
  #began;
  #heard = new Map();

  /** The base address of its APIs. */
  url = "";
  /** Which port was taken for each port of this machine in the World. */
  ports = {};

  /** Starts it. Without a World it is the demo World. */
  static async start({ world, binary, freePorts = true, args = [] } = {}) {
    const peyk = new Peyk();
    try {
      await peyk.#start(world, program(binary), freePorts, args);
    } catch (error) {
      await peyk.stop();
      throw error;
    }
    return peyk;
  }

  /** Starts it for one test of `node:test`, with which it ends. */
  static async for(test, options) {
    const peyk = await Peyk.start(options);
    test.after(() => peyk.stop());
    return peyk;
  }

  async #start(world, binary, freePorts, args) {
    this.#folder = mkdtempSync(join(existsSync("/dev/shm") ? "/dev/shm" : tmpdir(), "peyk-"));
    this.#logFile = openSync(join(this.#folder, "peyk.log"), "a");
    const words = ["serve", "--listen", "127.0.0.1:0", "--data", join(this.#folder, "data"), ...args];
    if (world !== undefined) words.push("--world", await this.#worldFile(world, freePorts));
    this.#server = spawn(binary, words, {
      env: withoutOurs(), stdio: ["ignore", "pipe", this.#logFile], detached: true,
    });
    this.url = await this.#listening(binary);
    await this.begin();
  }

  async #worldFile(world, freePorts) {
    let text = typeof world === "string" || world instanceof URL ? await readFile(world, "utf8") : toml(world);
    if (freePorts) {
      for (const [, , port] of text.matchAll(HERE)) this.ports[port] ??= await freePort();
      text = text.replace(HERE, (_, host, port) => `${host}:${this.ports[port]}`);
    }
    const file = join(this.#folder, "world.toml");
    writeFileSync(file, text);
    return file;
  }

  #listening(binary) {
    return new Promise((resolve, reject) => {
      let said = "";
      const fail = (why) => reject(new PeykError(`${binary} ${why}:\n${this.log()}`));
      const late = setTimeout(() => fail("did not start"), START_MS);
      this.#server.once("error", (error) => { clearTimeout(late); fail(`cannot be started (${error.message})`); });
      this.#server.once("exit", () => { clearTimeout(late); fail("did not start"); });
      this.#server.stdout.on("data", (bytes) => {
        said = said.slice(-4096) + bytes;
        const found = said.match(/listening on (http:\/\/\S+)\n/);
        if (found) { clearTimeout(late); resolve(found[1]); }
      });
    });
  }

  /** Starts a bot and waits until it listens; it ends with the marketplace. */
  async run(command, { port, env = {}, cwd } = {}) {
    const wanted = port ?? Object.keys(this.ports)[0];
    const place = wanted === undefined ? undefined : (this.ports[wanted] ?? Number(wanted));
    const ours = { PEYK_URL: this.url, ...(place === undefined ? {} : { PORT: String(place) }) };
    for (const [old, taken] of Object.entries(this.ports)) ours[`PEYK_PORT_${old}`] = String(taken);
    const words = typeof command === "string" ? ["/bin/sh", "-c", command] : command;
    const bot = spawn(words[0], words.slice(1), {
      env: { ...withoutOurs(), ...ours, ...env }, cwd, stdio: ["ignore", this.#logFile, this.#logFile], detached: true,
    });
    let failure;
    bot.once("error", (error) => { failure = error; });
    this.#programs.push(bot);
    const deadline = Date.now() + READY_MS;
    while (place !== undefined && !(await isOpen(place))) {
      if (failure || hasEnded(bot)) throw new PeykError(`${command} ended before it was ready:\n${failure ?? this.log()}`);
      if (Date.now() > deadline) throw new PeykError(`${command} did not listen on ${place}:\n${this.log()}`);
      await pause(10);
    }
    // Receivers that were not there are greeted again; what was said before goes on to count.
    await this.control("POST", "/rehearsal");
    return bot;
  }

  /** What the server logged and the bots printed, the end of it. */
  log() {
    return readFileSync(join(this.#folder, "peyk.log"), "utf8").slice(-8192);
  }

  /** A person's chat about one thing: `bot`, `post`, `order`, `return` or `business`. */
  chat(person, about) {
    const things = Object.keys(about ?? {});
    if (things.length !== 1) throw new TypeError("say one thing to talk about: bot, post, order, return or business");
    return new Chat(this, { person, ...about });
  }

  /** The person takes back all that an app was allowed. */
  async revokes(person, app) {
    await this.step({ in: { person, bot: app }, revoke: app });
  }

  /** A bot has to have called this; `*` in the path stands for anything, `times: 0` for never. */
  async called(method, path, { status, body, times } = {}) {
    await this.step({ call: `${method} ${path}`, status, body, ...(times === 0 ? { never: true } : { times }) });
  }

  /** Lets time pass, `14d` for one, and all happen that falls due in it. */
  async passes(span) {
    await this.step({ pass: span });
  }

  /** What time it is in the sandbox. */
  async now() {
    return (await this.control("GET", "/clock")).time;
  }

  /** What is said from now on counts, and nothing that was said before. */
  async begin() {
    const { after, began_at } = await this.control("POST", "/rehearsal");
    this.#after = after;
    this.#began = began_at;
    this.#heard.clear();
  }

  /** Keeps everything as it is under a name: what was said, the clock, the seeds of chance. */
  async keeps(name) {
    await this.control("PUT", `/snapshots/${name}`);
  }

  /** Puts everything back to what was kept under a name; what is said from now on counts. */
  async restores(name) {
    await this.control("POST", `/snapshots/${name}/restore`);
    await this.begin();
  }

  /** Does one step of a scenario. */
  async step(step, place) {
    const after = this.#heard.get(JSON.stringify(place)) ?? this.#after;
    const answer = await this.control("POST", "/rehearsal/steps", { step, after, began_at: this.#began });
    if (!answer.is_met) {
      const parts = [answer.why, `what was said:\n${answer.transcript}`, `the wire:\n${answer.wire}`];
      throw new Unmet([...parts, `what was printed:\n${this.log()}`].join("\n\n"));
    }
    if (step.expect !== undefined) this.#heard.set(JSON.stringify(place), answer.message.id);
    return answer;
  }

  /** A person sends a file. */
  async sendFile(person, conversation, path) {
    const form = new FormData();
    form.set("file", new Blob([await readFile(path)]), basename(String(path)));
    return this.#ask("POST", `/people/${person}/conversations/${conversation}/files`, { body: form });
  }

  /** Asks the control API, whose document is at /control/v1/openapi.json. */
  async control(method, path, body) {
    if (body === undefined) return this.#ask(method, path, {});
    return this.#ask(method, path, { body: JSON.stringify(body), headers: { "content-type": "application/json" } });
  }

  async #ask(method, path, options) {
    const answer = await fetch(`${this.url}/control/v1${path}`, { method, ...options });
    const told = await answer.json();
    if (!answer.ok) throw new PeykError(`${method} ${path}: ${told?.error?.message ?? answer.status}`);
    return told;
  }

  /** Ends the bots and the server, and removes the folder. */
  async stop() {
    const all = [...this.#programs, this.#server].filter((child) => child?.pid);
    await Promise.all(all.map(end));
    this.#programs = [];
    if (this.#logFile !== undefined) closeSync(this.#logFile);
    this.#logFile = undefined;
    if (this.#folder) rmSync(this.#folder, { recursive: true, force: true });
  }
}

function isOpen(port) {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    const close = (is) => { socket.destroy(); resolve(is); };
    socket.once("connect", () => close(true)).once("error", () => close(false));
  });
}

/** A person and what they talk about. It is opened by the first thing that is done in it. */
export class Chat {
  #peyk;
  #place;
  #who;

  constructor(peyk, place, who = place.person) {
    this.#peyk = peyk;
    this.#place = place;
    this.#who = who;
  }

  /** The same chat, with somebody else acting in it: the seller of a post. */
  by(person) {
    return new Chat(this.#peyk, this.#place, person);
  }

  async says(text) {
    return (await this.#does({ say: text })).message;
  }

  async sends(prop) {
    return (await this.#does({ send: prop })).message;
  }

  async sendsPlace(latitude, longitude) {
    return (await this.#does({ location: `${latitude}, ${longitude}` })).message;
  }

  async sendsContact(phone, name) {
    return (await this.#does({ contact: phone, contact_name: name })).message;
  }

  /** A file needs the chat to be open, and is sent in a request of its own. */
  async sendsFile(path) {
    await this.opens();
    const { items } = await this.#peyk.control("GET", `/people/${this.#who}/conversations?limit=200`);
    const found = items.find((each) => isAbout(each.subject, this.#place));
    return this.#peyk.sendFile(this.#who, found.id, path);
  }

  async clicks(caption, { shows, opens } = {}) {
    return (await this.#does({ click: caption, shows, opens })).clicked;
  }

  async opens() { await this.#does({ do: "open" }); }
  async blocks() { await this.#does({ do: "block" }); }
  async unblocks() { await this.#does({ do: "unblock" }); }
  async disputes() { await this.#does({ do: "dispute" }); }
  async isDecided() { await this.#does({ do: "decide" }); }
  async isClosed() { await this.#does({ do: "close" }); }

  async marketSays(text) {
    return (await this.#does({ market: text })).message;
  }

  async supportSays(text) {
    return (await this.#does({ support: text })).message;
  }

  async marketSends(prop) {
    return (await this.#step({ send: prop, by: "market" })).message;
  }

  async supportSends(prop) {
    return (await this.#step({ send: prop, by: "support" })).message;
  }

  /** Waits for the bot's next message: its whole text, or what it has to be like. */
  async expects(wanted, { within = "2s", skip = false } = {}) {
    return (await this.#step({ expect: wanted, within, skip })).message;
  }

  /** The bot must not write in this chat for so long, by the sandbox's clock. */
  async silent(span) {
    await this.#step({ silence: span });
  }

  #does(step) {
    return this.#step(this.#who === this.#place.person ? step : { as: this.#who, ...step });
  }

  #step(step) {
    return this.#peyk.step({ in: this.#place, ...step }, this.#place);
  }
}

function isAbout(subject, place) {
  const type = { bot: "bot", post: "post", order: "order", return: "return", business: "direct" };
  const about = Object.keys(type).find((key) => place[key] !== undefined);
  if (subject.type !== type[about]) return false;
  return about === "bot" || about === "business" || subject[about] === place[about];
}
