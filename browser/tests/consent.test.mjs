// The consent page: what an app asks for, in the reader's language, with and without scripts.

import assert from "node:assert/strict";
import { after, test } from "node:test";
import { close, look, visit } from "../page.mjs";
import { peyk } from "../peyk.mjs";

const CHAT = "edbb9499-cccc-4d35-b21f-621fa95f2b3e";
const BACK = "http://127.0.0.1:3000/callback";

function address(lang) {
  const asked = new URLSearchParams({
    response_type: "code",
    client_id: "echo",
    redirect_uri: BACK,
    scope: `USER_ID CONVERSATION_SEND_MESSAGE.${CHAT} offline_access`,
    state: "xyz",
    lang,
  });
  return `/oauth2/auth?${asked}`;
}

/** Presses a button and tells where the browser was led. */
async function ledBack(page, button) {
  await page.locator(`button[value=${button}]`).click();
  await page.waitForURL(`${BACK}?*`);
  return new URL(page.url()).searchParams;
}

after(close);

for (const [lang, js] of [["fa", true], ["fa", false], ["en", true], ["en", false]]) {
  test(`a person approves and refuses in ${lang}, ${js ? "with" : "without"} scripts`, async (t) => {
    const server = await peyk(t);
    const { page, complaints } = await visit(t, server.url, { lang, js });
    await page.route(`${BACK}?*`, (route) => route.fulfill({ body: "the app" }));
    await page.goto(address(lang));
    await page.locator("input[value=sara]").check();
    const approved = await ledBack(page, "approve");
    assert.equal(approved.get("state"), "xyz");
    assert.equal(approved.get("code").length, 64);
    await page.goto(address(lang));
    assert.equal((await ledBack(page, "refuse")).get("error"), "access_denied");
    // Only the app's own address was asked for besides ours.
    assert.deepEqual(new Set(complaints.splice(0)), new Set([`a request to ${new URL(BACK).host}`]));
  });
}

test("the consent page is for everybody", async (t) => {
  const server = await peyk(t);
  await look(t, server, "consent", address);
});
