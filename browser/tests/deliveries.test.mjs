// Deliveries: a receiver breaks, is seen to break, is mended, and hears what it missed.

import assert from "node:assert/strict";
import { after, test } from "node:test";
import { close, eventually, look, submits, visit } from "../page.mjs";
import { peyk, receiver } from "../peyk.mjs";

const WORLD = (url) => `
[[person]]
id = "ivan"
name = "Иван Петров"
phone = "+79160000001"
locale = "ru"

[[kenar.app]]
slug = "echo"
title = "Echo"
client_secret = "echo-secret"
redirect_uris = ["http://127.0.0.1:3000/callback"]
events_url = "${url}/webhook"
identification_key = "echo-identification"
stage = "development"
[[kenar.app.api_key]]
key = "echo-key"
permissions = ["CHAT_BOT_SEND_MESSAGE"]

[[kenar.bot_conversation]]
id = "6f1c1b1e-7d55-4c35-9a53-0a5a5f0b7a01"
app = "echo"
person = "ivan"
`;
const MESSAGES = "/people/ivan/conversations/6f1c1b1e-7d55-4c35-9a53-0a5a5f0b7a01/messages";

/** A server whose one app hears of messages at a receiver that fails but under its new address. */
async function broken(t) {
  const bot = await receiver(t, (_, { url }) => (url === "/webhook" ? 500 : 200));
  const server = await peyk(t, { world: WORLD(bot.url) });
  await server.control("POST", MESSAGES, { text: "سلام" });
  await eventually("the receiver fails", () => bot.letters.length > 0);
  return { server, bot };
}

after(close);

for (const [lang, js] of [["fa", true], ["en", true], ["en", false]]) {
  test(`a broken receiver is seen, mended and told in ${lang}, ${js ? "with" : "without"} scripts`, async (t) => {
    const { server, bot } = await broken(t);
    const { page } = await visit(t, server.url, { lang, js });
    await page.goto("/console/deliveries");
    await eventually("it is seen to fail", async () => {
      if (!js) await page.reload();
      return (await page.locator("#webhooks .chip.bad").count()) === 1;
    });
    await page.locator("#webhooks a.button").click();
    await page.waitForURL(/\/console\/webhooks\/\d+$/);
    const webhook = page.url();
    assert.equal(await page.locator("#lanes li").count(), 1);
    await page.locator("#lanes a.button").click();
    await page.waitForURL(/\/console\/deliveries\/evt_/);
    assert.match(await page.locator("#tries").innerText(), /500/);
    const shown = await page.locator("#tries pre").allInnerTexts();
    assert.ok(shown.some((text) => text.includes("سلام")), "the body that was sent is shown");
    assert.ok(!shown.some((text) => text.includes("echo-identification")), "secrets are masked");
    const record = page.url();

    await page.goto(webhook);
    await page.locator("#url").fill(`${bot.url}/mended`);
    await submits(page, page.locator("form[action$='/url'] button"));
    assert.equal(await page.locator("#notices .notice.done").count(), 1);
    await eventually("it arrives at the new address", () => bot.letters.some(({ path }) => path === "/mended"));
    await page.goto(record);
    await eventually("the page says so", async () => {
      if (!js) await page.reload();
      return (await page.locator("#head .chip.good").count()) === 1;
    });
    const before = bot.letters.length;
    await page.locator("form[action$='/replay'] button").click();
    await eventually("it is told once more", () => bot.letters.length === before + 1);
  });
}

test("a receiver is paused, pinged and resumed", async (t) => {
  const { server, bot } = await broken(t);
  const { page } = await visit(t, server.url);
  await page.goto("/console/webhooks/1");
  await page.locator("#url").fill(`${bot.url}/mended`);
  await submits(page, page.locator("form[action$='/url'] button"));
  assert.equal(await page.locator("#notices .notice.done").count(), 1);
  await page.locator("form[action$='/pause'] button").click();
  await page.locator("form[action$='/resume']").waitFor();
  await page.locator("form[action$='/ping'] button").click();
  await page.locator("#notices .notice").getByText("answers").waitFor();
  await page.locator("form[action$='/resume'] button").click();
  await page.locator("form[action$='/pause']").waitFor();
});

test("the pages of deliveries are for everybody", async (t) => {
  const { server } = await broken(t);
  const found = await server.control("GET", "/deliveries");
  const record = found.items[0].id;
  await look(t, server, "deliveries", (lang) => `/console/deliveries?lang=${lang}`);
  await look(t, server, "webhook", (lang) => `/console/webhooks/1?lang=${lang}`);
  await look(t, server, "delivery", (lang) => `/console/deliveries/${record}?lang=${lang}`);
});
