// What a new user does without reading anything: be a buyer, talk with the demo bot, break it, mend it.

import assert from "node:assert/strict";
import { after, test } from "node:test";
import { close, eventually, look, submits, visit } from "../page.mjs";
import { peyk } from "../peyk.mjs";

after(close);

for (const lang of ["fa", "en"]) {
  test(`a new user gets an answer, presses a button, breaks the bot and mends it, in ${lang}`, async (t) => {
    const server = await peyk(t);
    const { page } = await visit(t, server.url, { lang });
    await page.goto("/");
    await page.locator(".welcome button.main").click();
    await page.locator("#say-me").waitFor();
    const bubbles = page.locator("#mine .bubble");
    await eventually("the bot answers", async () => (await bubbles.count()) >= 2);
    await page.locator("#mine .bubble button").first().click();
    await eventually("the button does something", async () => {
      const notices = await page.locator("#notices .notice").count();
      return notices > 0 || (await bubbles.count()) >= 3;
    });
    await page.locator("#wire-list li[id^=delivery-]").first().waitFor();
    await page.locator("#wire-list details summary").first().click();
    assert.match(await page.locator("#wire-list details[open] pre").first().innerText(), /:/);

    const address = await page.locator("#webhook-url").inputValue();
    await page.locator("#webhook-url").fill("http://127.0.0.1:9/nobody");
    await page.locator("#receiver form").first().locator("button").click();
    await eventually("the address is kept", async () => {
      const { items } = await server.control("GET", "/webhooks?app=demo-bot");
      return items[0].url === "http://127.0.0.1:9/nobody";
    });
    const answered = await bubbles.count();
    await page.locator("#say-me").fill("سلام again");
    await page.locator("#say-me").press("Enter");
    await eventually("it is tried again", async () => (await page.locator("#wire-list .chip.bad").count()) > 0);

    await page.goto("/console/deliveries");
    await page.locator("#webhooks li:has(.chip.bad) a.button").first().click();
    await page.locator("#url").fill(address);
    await submits(page, page.locator("form[action$='/url'] button"));
    await page.goto("/console/deliveries");
    await eventually("all is well", async () => (await page.locator("#webhooks .chip.bad").count()) === 0);
    await page.locator(`#webhooks li:has-text("demo-bot") a.button`).click();
    const { items: before } = await server.control("GET", "/deliveries?state=delivered");
    await page.locator("#told form[action$='/replay'] button").first().click();
    await page.locator("#tries details").first().waitFor();
    await eventually("it was sent once more", async () => {
      const { tried } = await server.control("GET", `/deliveries/${page.url().split("/").pop()}`);
      return tried.length >= 2;
    });
    assert.ok(before.length >= 1);
    assert.ok(answered >= 2);
  });
}

test("a message appears in another browser by itself", async (t) => {
  const server = await peyk(t);
  const { page } = await visit(t, server.url);
  await page.goto("/");
  await page.locator(".welcome button.main").click();
  await page.locator("#say-me").waitFor();
  const { page: other } = await visit(t, server.url);
  await other.goto(page.url());
  await other.locator("#mine .bubble").first().waitFor();
  await page.locator("#say-me").fill("here and there");
  await page.locator("#say-me").press("Enter");
  await other.locator("#mine .bubble", { hasText: "here and there" }).first().waitFor();
});

for (const lang of ["fa", "en"]) {
  test(`a buyer writes without scripts in ${lang}`, async (t) => {
    const server = await peyk(t);
    const { page } = await visit(t, server.url, { lang, js: false });
    await page.goto("/");
    await page.locator(".welcome button.main").click();
    await page.locator("#say-me").fill("بدون اسکریپت");
    await submits(page, page.locator("#person form.say button").last());
    assert.match(await page.locator("#mine").innerText(), /بدون اسکریپت/);
    await eventually("the bot answers", async () => {
      await page.reload();
      return (await page.locator("#mine .bubble").count()) >= 3;
    });
  });
}

/** Where the first chat with the demo bot is, in a language, once the bot has answered. */
async function greeted(t, server) {
  const { page } = await visit(t, server.url);
  await page.goto("/");
  await page.locator(".welcome button.main").click();
  await page.locator("#say-me").waitFor();
  await eventually("the bot answers", async () => (await page.locator("#mine .bubble").count()) >= 2);
  const chat = new URL(page.url());
  return (lang) => {
    const address = new URLSearchParams(chat.search);
    address.set("lang", lang);
    return `${chat.pathname}?${address}`;
  };
}

test("the first page is for everybody", async (t) => {
  const server = await peyk(t);
  await look(t, server, "welcome", (lang) => `/?lang=${lang}`);
});

test("a chat that is played is for everybody", async (t) => {
  const server = await peyk(t);
  await look(t, server, "try", await greeted(t, server));
});

test("the wire beside a chat is for everybody", async (t) => {
  const server = await peyk(t);
  const prepare = async (shown) => {
    await shown.locator("#exchanges details").first().evaluate((details) => { details.open = true; });
    await shown.locator("#wire").scrollIntoViewIfNeeded();
  };
  await look(t, server, "try-wire", await greeted(t, server), { prepare });
});

test("the page of a sandbox is for everybody", async (t) => {
  const server = await peyk(t);
  await look(t, server, "sandbox", (lang) => `/console/sandbox?lang=${lang}`);
});

for (const js of [true, false]) {
  test(`the marketplace decides a dispute and closes a chat, ${js ? "with" : "without"} scripts`, async (t) => {
    const server = await peyk(t);
    const { page } = await visit(t, server.url, { lang: "ru", js });
    await page.goto("/?as=ivan&with=14604701");
    const button = (act) => page.locator(`#marketplace form[action$='/${act}'] button`);
    const said = (words) => page.locator("#notices .notice").getByText(words).waitFor();
    await button("close").click();
    await said("Чат закрыт");
    await button("dispute").click();
    await said("Спор начат");
    await button("decide").click();
    await said("Спор закончен");
    assert.equal(await button("close").count(), 0, "what is finished is not closed again");
    const scenario = await (await fetch(`${server.url}/control/v1/conversations/14604701/scenario`)).text();
    assert.match(scenario, /do = "close"[^]*do = "dispute"[^]*do = "decide"/);
  });
}
