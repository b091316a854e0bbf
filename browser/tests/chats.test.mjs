// Chats: filters, search, a long history page by page, and deliveries beside what was said.

import assert from "node:assert/strict";
import { after, test } from "node:test";
import { close, eventually, look, submits, visit } from "../page.mjs";
import { peyk, receiver } from "../peyk.mjs";

after(close);

const WAYS = [["fa", true], ["en", false]];
const named = ([lang, js]) => `in ${lang}, ${js ? "with" : "without"} scripts`;
const BOT_CHAT = "6f1c1b1e-7d55-4c35-9a53-0a5a5f0b7a01";
const LONG = 120;

const WORLD = (url) => `
[[person]]
id = "ivan"
name = "Иван Петров"
phone = "+79160000001"
locale = "ru"
[[person]]
id = "sara"
name = "سارا محمدی"
phone = "+989120000001"
locale = "fa"
[[kenar.app]]
slug = "echo"
title = "Echo"
client_secret = "echo-secret"
events_url = "${url}/webhook"
identification_key = "echo-identification"
stage = "development"
[[kenar.bot_conversation]]
id = "${BOT_CHAT}"
app = "echo"
person = "ivan"
[[market.business]]
id = 209888193
name = "Велосипеды"
[[market.chat]]
id = 5001
direct = "sara"
business = 209888193
`;

/** A server with a long chat of a bot and a short one of a shop; both can be found. */
async function chats(t) {
  const bot = await receiver(t);
  const server = await peyk(t, { world: WORLD(bot.url) });
  const say = (person, chat, text) =>
    server.control("POST", `/people/${person}/conversations/${chat}/messages`, { text });
  for (let number = 1; number <= LONG; number += 1) await say("ivan", BOT_CHAT, `message ${number}`);
  await say("sara", "5001", "کتاب آبی");
  return server;
}

const rows = (page) => page.locator("#chats > li[id^=chat-]");

/** Asks for the page until the search knows what was said. */
async function finds(page, path, count) {
  await eventually(`${path} finds ${count}`, async () => {
    await page.goto(path);
    return (await rows(page).count()) === count;
  });
}

for (const way of WAYS) {
  test(`chats are filtered and found ${named(way)}`, async (t) => {
    const [lang, js] = way;
    const server = await chats(t);
    const { page } = await visit(t, server.url, { lang, js });
    await finds(page, "/console/chats", 2);
    await page.locator("details.drop summary").click();
    await page.locator("#dialect").selectOption("market");
    await submits(page, page.locator(".fields button.main"));
    assert.equal(await rows(page).count(), 1);
    assert.match(await rows(page).innerText(), /Велосипеды/);
    assert.match(page.url(), /dialect=market/);
    await submits(page, page.locator(".fields a.button"));
    assert.equal(await rows(page).count(), 2);
    for (const [field, value, found] of [
      ["status", "waiting_for_seller", /Echo|Велосипеды/],
      ["subject", "bot", /Echo/],
      ["seller", "app:echo", /Echo/],
    ]) {
      await page.goto(`/console/chats?${field}=${value}`);
      assert.equal(await page.locator(`#${field}`).inputValue(), value);
      assert.match(await rows(page).first().innerText(), found);
    }
    await page.goto("/console/chats?person=sara");
    assert.equal(await rows(page).count(), 1);
    await page.goto("/console/chats?media=1");
    assert.equal(await rows(page).count(), 0);
    assert.equal(await page.locator("#chats-none").count(), 1);
    // Arabic letters and no half-space find what was typed otherwise.
    await finds(page, `/console/chats?q=${encodeURIComponent("كتاب")}`, 1);
    await page.locator("#q").fill("+79160000001");
    await submits(page, page.locator(".find button"));
    assert.match(await rows(page).first().innerText(), /Иван/);
    await page.locator("#q").fill("nothing like this");
    await submits(page, page.locator(".find button"));
    assert.equal(await rows(page).count(), 0);
  });

  test(`a long history is read to its beginning, with deliveries beside it, ${named(way)}`, async (t) => {
    const [lang, js] = way;
    const server = await chats(t);
    const { page } = await visit(t, server.url, { lang, js });
    await page.goto(`/console/chats/${BOT_CHAT}`);
    const seen = new Set();
    for (;;) {
      const texts = await page.locator("#history .words").allInnerTexts();
      for (const text of texts) {
        assert.ok(!seen.has(text), `${text} is shown once`);
        seen.add(text);
      }
      const older = page.locator("a[rel=prev]");
      if ((await older.count()) === 0) break;
      await submits(page, older);
    }
    assert.equal(seen.size, LONG);
    const told = page.locator("#history .beside details").first();
    await told.locator("summary").click();
    await submits(page, told.locator("a"));
    assert.match(page.url(), /\/console\/deliveries\/evt_/);
    await submits(page, page.locator("a[href^='/console/chats/']"));
    assert.match(page.url(), /\/console\/chats\/\d+$/);
  });
}

test("a chat that waits leads to its receiver's lane and back", async (t) => {
  const bot = await receiver(t, () => 500);
  const server = await peyk(t, { world: WORLD(bot.url) });
  await server.control("POST", `/people/ivan/conversations/${BOT_CHAT}/messages`, { text: "hello" });
  const { page } = await visit(t, server.url);
  await page.goto("/console/webhooks/1");
  await submits(page, page.locator("#lanes a[href^='/console/chats/']"));
  assert.match(await page.locator("#history").innerText(), /hello/);
});

test("the pages of chats are for everybody", async (t) => {
  const server = await chats(t);
  const { page } = await visit(t, server.url);
  await finds(page, "/console/chats", 2);
  await look(t, server, "chats", (lang) => `/console/chats?dialect=kenar&lang=${lang}`);
  await look(t, server, "chat", (lang) => `/console/chats/${BOT_CHAT}?lang=${lang}`, {
    prepare: async (shown) => shown.locator("#history .beside summary").last().click(),
  });
});
