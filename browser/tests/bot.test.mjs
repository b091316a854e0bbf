// The public page of a bot: plain, and without a script.

import assert from "node:assert/strict";
import { after, test } from "node:test";
import { close, lookAround, submits, visit } from "../page.mjs";
import { peyk } from "../peyk.mjs";

after(close);

for (const js of [true, false]) {
  test(`a person writes to a bot ${js ? "with" : "without"} scripts`, async (t) => {
    const server = await peyk(t);
    const { page } = await visit(t, server.url, { js });
    await page.goto("/chat/addon_echo");
    await page.locator("select[name=person]").selectOption("ivan");
    await page.locator("[name=text]").fill("سلام <b>bot</b>");
    await submits(page, page.locator("button").last());
    assert.match(await page.locator("body").innerText(), /سلام <b>bot<\/b>/);
  });
}

test("the page of a bot is for everybody", async (t) => {
  const server = await peyk(t);
  const { page } = await visit(t, server.url);
  await page.goto("/chat/addon_echo");
  await lookAround(page, (view) => `bot-${view}`);
});
