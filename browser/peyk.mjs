// A server of one's own for each test: a free port, a temporary folder, and nothing left of either.

import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";

/** What of a test has to end before its server, such as windows that would ask it again. */
export const closers = new WeakMap();

const BINARY = process.env.PEYK_BINARY;
const STOP_MS = 20_000;

// The environment without what would configure the server.
function environment(more = {}) {
  const kept = Object.entries(process.env).filter(([name]) => !name.startsWith("PEYK_"));
  return { ...Object.fromEntries(kept), ...more };
}

/** Starts `peyk serve` and stops it with the test. `world` is the text of a World; without one there is the demo. */
export async function peyk(t, { world, args = [], env = {} } = {}) {
  const folder = await mkdtemp(join(tmpdir(), "peyk-browser-"));
  const words = ["serve", "--listen", "127.0.0.1:0", "--data", folder, ...args];
  if (world) {
    await writeFile(join(folder, "world.toml"), world);
    words.push("--world", join(folder, "world.toml"));
  }
  const child = spawn(BINARY, words, { cwd: folder, env: environment(env), stdio: ["ignore", "pipe", "pipe"] });
  let said = "";
  child.stderr.on("data", (bytes) => (said += bytes));
  const ended = once(child, "exit");
  const lines = createInterface({ input: child.stdout });
  const url = await new Promise((resolve, reject) => {
    lines.on("line", (line) => {
      const found = line.match(/^listening on (\S+)/);
      if (found) resolve(found[1]);
    });
    ended.then(() => reject(new Error(`the server did not start: ${said}`)));
  });
  t.after(async () => {
    for (const close of closers.get(t) ?? []) await close();
    child.kill("SIGTERM");
    const late = setTimeout(() => child.kill("SIGKILL"), STOP_MS);
    await ended;
    clearTimeout(late);
    await rm(folder, { recursive: true, force: true });
  });
  const control = async (method, path, body, headers = {}) => {
    const answer = await fetch(`${url}/control/v1${path}`, {
      method,
      headers: { ...headers, ...(body && { "content-type": "application/json" }) },
      body: body && JSON.stringify(body),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
    return JSON.parse(text);
  };
  /** Runs `peyk …` on the same folder, beside the server. */
  const run = (more, input = "") => {
    const done = spawnSync(BINARY, [...more, "--data", folder], { cwd: folder, env: environment(), input });
    if (done.status !== 0) throw new Error(`peyk ${more.join(" ")}: ${done.stderr}`);
    return String(done.stdout);
  };
  return { url, folder, control, run };
}

/** A receiver of events on a free port, which answers as it is told to. */
export async function receiver(t, answer = () => 200) {
  const letters = [];
  const server = createServer((request, response) => {
    const parts = [];
    request.on("data", (part) => parts.push(part));
    request.on("end", async () => {
      const body = Buffer.concat(parts).toString();
      letters.push({ path: request.url, body });
      response.statusCode = (await answer(body, request)) ?? 200;
      response.end();
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${server.address().port}`, letters };
}
