// The public page of a bot: plain, and without a script.

import assert from "node:assert/strict";
import { after, test } from "node:test";
import { close, fits, isForEverybody, picture, visit } from "../page.mjs";
import { peyk } from "../peyk.mjs";

after(close);

for (const js of [true, false]) {
  test(`a person writes to a bot ${js ? "with" : "without"} scripts`, async (t) => {
    const server = await peyk(t);
    const { page } = await visit(t, server.url, { js });
    await page.goto("/chat/addon_echo");
    await page.locator("select[name=person]").selectOption("ivan");
    await page.locator("[name=text]").fill("سلام <b>bot</b>");
    await page.locator("button").last().click();
    await page.waitForLoadState();
    assert.match(await page.locator("body").innerText(), /سلام <b>bot<\/b>/);
  });
}

test("the page of a bot is for everybody", async (t) => {
  const server = await peyk(t);
  for (const width of [390, 1440]) {
    for (const scheme of ["light", "dark"]) {
      const where = `bot-${width}-${scheme}`;
      const { page } = await visit(t, server.url, { width, scheme });
      await page.goto("/chat/addon_echo");
      await fits(page, where);
      await isForEverybody(page, where);
      await picture(page, where);
    }
  }
});
