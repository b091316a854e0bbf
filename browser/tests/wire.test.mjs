// The wire beside a chat: each request with what it means, and how to send it again.

import assert from "node:assert/strict";
import { after, test } from "node:test";
import { close, eventually, look, visit } from "../page.mjs";
import { peyk } from "../peyk.mjs";

after(close);

/** A person who talks with the demo bot, after a program without a key asked about their chat. */
async function talk(t, options) {
  const server = await peyk(t);
  const seen = await visit(t, server.url, options);
  const { page } = seen;
  await page.goto("/");
  await page.locator(".welcome button.main").click();
  await page.locator("#say-me").waitFor();
  const chat = new URL(page.url()).searchParams.get("with");
  const asked = await fetch(`${server.url}/v2/open-platform/conversations/${chat}/messages`, { method: "POST" });
  assert.equal(asked.status, 401);
  const found = await eventually("it is written down", async () => {
    const { items } = await server.control("GET", "/exchanges?status=401");
    return items[0];
  });
  return { server, found, ...seen };
}

const refused = (page) => page.locator("#exchanges > li:has(> details > summary .chip.bad)").first();

for (const lang of ["fa", "en"]) {
  test(`a refused request is explained beside the chat and copied in ${lang}`, async (t) => {
    const { server, context, page } = await talk(t, { lang });
    await context.grantPermissions(["clipboard-read", "clipboard-write"], { origin: server.url });
    await refused(page).locator("summary").click();
    assert.match(await refused(page).locator(".why").innerText(), /X-API-Key/i);
    for (const [name, words] of [["curl", /^curl -g -X 'POST'/], ["python", /import requests/]]) {
      await refused(page).locator(`[data-copy-from=copy-${name}]`).click();
      await eventually(`${name} is copied`, async () =>
        words.test(await page.evaluate(() => navigator.clipboard.readText())),
      );
    }
  });

  test(`a request is read and written down as programs without scripts in ${lang}`, async (t) => {
    const { page } = await talk(t, { lang, js: false });
    await page.reload();
    await refused(page).locator("summary").click();
    assert.match(await refused(page).locator(".why").innerText(), /X-API-Key/i);
    await refused(page).locator("a", { hasText: "Rust" }).click();
    await page.waitForURL(/\/console\/exchanges\/\d+#copy-rust$/);
    assert.match(await page.locator("#copy-rust").innerText(), /reqwest/);
    assert.match(await page.locator("#copy-javascript").innerText(), /await fetch/);
  });
}

test("an attempt is written down as programs without its secret", async (t) => {
  const { server, page } = await talk(t, {});
  const delivered = () => server.control("GET", "/deliveries?state=delivered");
  const record = await eventually("the bot is told", async () => (await delivered()).items[0]);
  await page.goto(`/console/deliveries/${record.id}`);
  await page.locator("#tries a", { hasText: "curl" }).first().waitFor();
  await page.goto(`/console/deliveries/${record.id}/attempts/1`);
  const curl = await page.locator("#copy-curl").innerText();
  assert.match(curl, /^curl -g -X 'POST' 'http/);
  assert.match(curl, /"\$PEYK_TOKEN"|"\$PEYK_SECRET"/);
  await look(t, server, "attempt", (lang) => `/console/deliveries/${record.id}/attempts/1?lang=${lang}`);
});

test("the page of an exchange is for everybody", async (t) => {
  const { server, found } = await talk(t, {});
  await look(t, server, "exchange", (lang) => `/console/exchanges/${found.id}?lang=${lang}`);
});
