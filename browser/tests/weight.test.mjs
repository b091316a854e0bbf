// What a browser that has nothing yet takes in for the first look at each page.

import assert from "node:assert/strict";
import { after, test } from "node:test";
import { LANGUAGES, close, eventually, visit } from "../page.mjs";
import { peyk } from "../peyk.mjs";

after(close);

const MOST_BYTES = 100_000;

/** All that is transferred for a page, with headers and compression, by what was asked for. */
async function weight(t, server, lang, path) {
  const { context, page } = await visit(t, server.url, { lang });
  const devtools = await context.newCDPSession(page);
  await devtools.send("Network.enable");
  const asked = new Map();
  const sizes = new Map();
  devtools.on("Network.requestWillBeSent", ({ requestId, request }) => {
    // A page that is there already looks again once it knows the reader's time zone.
    if (!request.headers["X-Peyk-Again"]) asked.set(requestId, request.url);
  });
  devtools.on("Network.loadingFinished", ({ requestId, encodedDataLength }) => {
    if (asked.has(requestId)) sizes.set(`${requestId} ${new URL(asked.get(requestId)).pathname}`, encodedDataLength);
  });
  await page.goto(`${path}${path.includes("?") ? "&" : "?"}lang=${lang}`);
  const fonts = await page.evaluate(async () => {
    await document.fonts.ready;
    return [...document.fonts].filter(({ status }) => status === "loaded").length;
  });
  assert.ok(fonts > 0, `${path} has a font`);
  // What was loaded is told a moment later: the sheet, the module and the fonts of the scripts on the page.
  await eventually("all of it came", () => {
    const urls = [...sizes.keys()];
    const count = (end) => urls.filter((url) => url.endsWith(end)).length;
    return count("console.css") === 1 && count("console.js") === 1 && count(".woff2") >= fonts;
  });
  await context.close();
  return sizes;
}

test("the first look at a page takes less than 100 kB", async (t) => {
  const server = await peyk(t);
  const { page } = await visit(t, server.url);
  await page.goto("/");
  await page.locator(".welcome button.main").click();
  await page.locator("#say-me").waitFor();
  const chat = new URL(page.url());
  const number = chat.searchParams.get("with");
  const delivered = await eventually("the bot is told", async () => {
    const { items } = await server.control("GET", "/deliveries?state=delivered");
    return items[0];
  });
  const paths = [
    "/",
    `${chat.pathname}${chat.search}`,
    "/console/chats",
    `/console/chats/${number}`,
    "/console/deliveries",
    "/console/webhooks/1",
    `/console/deliveries/${delivered.id}`,
    "/console/apps",
    "/console/apps/echo",
    "/console/businesses/209888193",
    "/console/sandbox",
    "/console/access",
    "/console/access/log",
  ];
  for (const lang of LANGUAGES) {
    for (const path of paths) {
      const sizes = await weight(t, server, lang, path);
      const all = [...sizes.values()].reduce((sum, size) => sum + size, 0);
      const told = [...sizes].map(([name, size]) => `${name}: ${size}`).join(", ");
      assert.ok(all < MOST_BYTES, `${path} in ${lang} takes ${all} bytes: ${told}`);
      t.diagnostic(`${path} in ${lang}: ${all} bytes`);
    }
  }
});
