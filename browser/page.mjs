// Pages as people see them: a browser that trusts nobody else, fails on anything it complains about, and takes pictures.

import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { chromium } from "playwright-core";
import { closers } from "./peyk.mjs";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const SCREENSHOTS = process.env.PEYK_SCREENSHOTS;
const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  // Whatever is not this machine does not exist.
  "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
];

export const LANGUAGES = ["fa", "ru", "en"];
const SCHEMES = ["light", "dark"];
const SIZES = { 390: 844, 1440: 900 };

let running;

/** One Chromium for all tests of a file. */
export function browser() {
  running ??= chromium.launch({ executablePath: "/usr/bin/chromium", headless: true, args: FLAGS });
  return running;
}

/** Ends the Chromium of a file. */
export async function close() {
  await (await running)?.close();
  running = undefined;
}

/**
 * A browser window of its own at a server. `complaints` has all that should never happen: requests to other hosts,
 * violations of the content policy, failed scripts, and pages of a broken server. The test fails for each of them.
 */
export async function visit(t, url, { lang = "en", js = true, width = 1440 } = {}) {
  const context = await (await browser()).newContext({
    baseURL: url,
    javaScriptEnabled: js,
    locale: { fa: "fa-IR", ru: "ru-RU", en: "en-GB" }[lang],
    reducedMotion: "reduce",
    viewport: { width, height: SIZES[width] ?? 900 },
  });
  context.setDefaultTimeout(15_000);
  const complaints = [];
  const own = new URL(url).host;
  context.on("request", (request) => {
    const asked = new URL(request.url());
    if (asked.protocol.startsWith("http") && asked.host !== own) complaints.push(`a request to ${asked.host}`);
  });
  context.on("response", (response) => {
    if (response.status() >= 500) complaints.push(`${response.status()} from ${response.url()}`);
  });
  context.on("console", (message) => {
    // A refused form is answered with a page and a status, which Chromium reports as an error of the network.
    const isStatus = message.text().startsWith("Failed to load resource: the server responded");
    if (message.type() === "error" && !isStatus) complaints.push(`the browser said: ${message.text()}`);
  });
  context.on("weberror", (error) => complaints.push(`a script failed: ${error.error()}`));
  if (!closers.has(t)) closers.set(t, []);
  closers.get(t).push(() => context.close());
  t.after(() => assert.deepEqual(complaints, []));
  const page = await context.newPage();
  return { context, page, complaints };
}

/** Nothing on the page keeps anybody out: axe finds no serious or critical violation. */
async function isForEverybody(page, where) {
  // A page that is looked at again has it already.
  if (await page.evaluate(() => window.axe === undefined)) await page.evaluate(AXE);
  const found = await page.evaluate(() =>
    window.axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] }),
  );
  const bad = found.violations.filter(({ impact }) => impact === "serious" || impact === "critical");
  const told = bad.map(({ id, help, nodes }) => `${id}: ${help}: ${nodes.map(({ html }) => html).join(" | ")}`);
  assert.deepEqual(told, [], where);
}

/** Nothing sticks out to the side, at whatever width. */
async function fits(page, where) {
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  assert.ok(wide <= 0, `${where}: the page is ${wide} pixels wider than the window`);
}

/** A picture of the whole page for people to look at. */
async function picture(page, name) {
  mkdirSync(SCREENSHOTS, { recursive: true });
  await page.evaluate(() => window.scrollTo(0, 0));
  await page.screenshot({ path: join(SCREENSHOTS, `${name}.png`), fullPage: true, animations: "disabled" });
}

/**
 * Looks at a page at both widths, light and dark, in its one window, which is widened and darkened: what a page looks
 * like is its style sheet's matter alone. `named` gets the view, such as `390-dark`, and names its picture.
 */
export async function lookAround(page, named) {
  for (const [width, height] of Object.entries(SIZES)) {
    await page.setViewportSize({ width: Number(width), height });
    for (const colorScheme of SCHEMES) {
      const where = named(`${width}-${colorScheme}`);
      await page.emulateMedia({ colorScheme });
      await fits(page, where);
      await isForEverybody(page, where);
      await picture(page, where);
    }
  }
}

/**
 * Looks around a page in every language. `path` gets the language; `prepare` brings a page into the state that is to be
 * seen.
 */
export async function look(t, server, name, path, { prepare = async () => {}, cookies = [] } = {}) {
  for (const lang of LANGUAGES) {
    const { context, page } = await visit(t, server.url, { lang, width: 390 });
    await context.addCookies(cookies);
    await page.goto(path(lang));
    await prepare(page, lang);
    const html = page.locator("html");
    assert.equal(await html.getAttribute("lang"), lang, name);
    assert.equal(await html.evaluate((e) => getComputedStyle(e).direction), lang === "fa" ? "rtl" : "ltr", name);
    await lookAround(page, (view) => `${name}-${view}-${lang}`);
    await context.close();
  }
}

/** Presses a button that sends a form and leads on to a page, and is there. */
export async function submits(page, button) {
  const led = page.waitForEvent("framenavigated");
  await button.click();
  await led;
  await page.waitForLoadState();
}

/** Asks again and again until it is so. */
export async function eventually(what, isSo, within = 20_000) {
  const end = Date.now() + within;
  let last;
  while (Date.now() < end) {
    try {
      const found = await isSo();
      if (found) return found;
    } catch (error) {
      last = error;
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  assert.fail(`${what}: not within ${within} ms${last ? `: ${last}` : ""}`);
}
