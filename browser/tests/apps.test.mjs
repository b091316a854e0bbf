// Apps and businesses: keys that are shown once, addresses, limits, grants and tokens.

import assert from "node:assert/strict";
import { after, test } from "node:test";
import { close, look, submits, visit } from "../page.mjs";
import { peyk } from "../peyk.mjs";

after(close);

const SHOP = `
[[market.business]]
id = 7
name = "Семь"
[[market.business.oauth_token]]
token = "y0_one"
[[market.business.oauth_token]]
token = "y0_two"
`;

/** Asks the Kenar API with a key, which also uses up some of a limit. */
async function asks(server, key) {
  const answer = await fetch(`${server.url}/v1/open-platform/users`, {
    headers: { "X-API-Key": key, Authorization: "Bearer ory_at_demo" },
  });
  return answer.status;
}

for (const [lang, js] of [["fa", true], ["en", false]]) {
  test(`a key is made, shown once, used, replaced and revoked in ${lang}, ${js ? "with" : "without"} scripts`, async (t) => {
    const server = await peyk(t);
    const { page } = await visit(t, server.url, { lang, js });
    await page.goto("/console/apps/echo");
    await page.locator("#new-key summary").click();
    await page.locator("#key-name").fill("from a browser");
    await page.locator("#new-key input[name='allow:USER_RETRIEVE']").check();
    await submits(page, page.locator("#new-key button.main"));
    const secret = (await page.locator("#notices blockquote").innerText()).trim();
    assert.ok(secret.length >= 40);
    assert.equal(await asks(server, secret), 200);
    await page.reload();
    assert.ok(!(await page.content()).includes(secret), "a secret is shown once");
    const key = page.locator("li", { hasText: "from a browser" }).first();
    await key.locator("details.drop summary").click();
    await submits(page, key.locator("form[action$='/rotate'] button"));
    const next = (await page.locator("#notices blockquote").innerText()).trim();
    assert.equal(await asks(server, secret), 401, "the old one was let go at once");
    assert.equal(await asks(server, next), 200);
    const fresh = page.locator("li", { hasText: "from a browser" }).first();
    await fresh.locator("details.drop summary").click();
    await submits(page, fresh.locator("button.danger"));
    assert.equal(await page.locator("#notices .notice.done").count(), 1);
    assert.equal(await asks(server, next), 401);
  });
}

test("what a person allowed is ended, replaced and taken back", async (t) => {
  const server = await peyk(t);
  const { page } = await visit(t, server.url);
  await page.goto("/console/apps/echo");
  const grant = page.locator("#grants li[id^=grant-]").first();
  assert.equal(await asks(server, "echo-key"), 200);
  await grant.locator("details.drop summary").click();
  await submits(page, grant.locator("form[action$='/expire'] button"));
  assert.equal(await page.locator("#notices .notice.done").count(), 1);
  assert.equal(await asks(server, "echo-key"), 401);
  await grant.locator("details.drop summary").click();
  await submits(page, grant.locator("form[action$='/rotate'] button"));
  assert.match(await page.locator("#notices blockquote").innerText(), /ory_at_/);
  await grant.locator("details.drop summary").click();
  await submits(page, grant.locator("form[action$='/revoke'] button"));
  assert.equal(await grant.locator(".chip.bad").count(), 1);
});

for (const [lang, js] of [["fa", true], ["en", false]]) {
  test(`a key gets another name and other rights in ${lang}, ${js ? "with" : "without"} scripts`, async (t) => {
    const server = await peyk(t);
    const { page } = await visit(t, server.url, { lang, js });
    await page.goto("/console/apps/echo");
    assert.equal(await asks(server, "echo-key"), 200);
    const { items } = await server.control("GET", "/apps/echo/keys");
    const { id } = items.find(({ allows }) => allows.includes("USER_RETRIEVE"));
    const form = page.locator(`form[action='/console/keys/${id}/change']`);
    await page.locator(`#key-drop-${id} summary`).click();
    await form.locator("input[name=name]").fill("renamed");
    await form.locator("input[name='allow:USER_RETRIEVE']").uncheck();
    await submits(page, form.locator("button"));
    assert.match(await page.locator(`#key-${id}`).innerText(), /renamed/);
    assert.equal(await asks(server, "echo-key"), 403);
    await page.locator(`#key-drop-${id} summary`).click();
    await form.locator("input[name='allow:USER_RETRIEVE']").check();
    await submits(page, form.locator("button"));
    assert.equal(await asks(server, "echo-key"), 200);
  });

  test(`a shop's tokens are ended, replaced and taken back in ${lang}, ${js ? "with" : "without"} scripts`, async (t) => {
    const server = await peyk(t, { world: SHOP });
    const { page } = await visit(t, server.url, { lang, js });
    const calls = async (token) => {
      const headers = { Authorization: `Bearer ${token}` };
      return (await fetch(`${server.url}/v2/businesses/7/chats`, { method: "POST", headers })).status;
    };
    assert.deepEqual([await calls("y0_one"), await calls("y0_two")], [200, 200]);
    await page.goto("/console/businesses/7");
    const token = (number) => page.locator("#tokens li[id^=token-]").nth(number);
    await token(0).locator("details.drop summary").click();
    await submits(page, token(0).locator("form[action$='/rotate'] button"));
    const made = (await page.locator("#notices blockquote").innerText()).trim();
    assert.deepEqual([await calls(made), await calls("y0_two"), await calls("y0_one")], [200, 403, 200]);
    await page.reload();
    assert.ok(!(await page.content()).includes(made), "a token is shown once");
    await token(0).locator("details.drop summary").click();
    await submits(page, token(0).locator("form[action$='/expire'] button"));
    assert.equal(await calls(made), 403);
    await token(2).locator("details.drop summary").click();
    await submits(page, token(2).locator("form[action$='/revoke'] button"));
    assert.equal(await calls("y0_one"), 403);
    assert.equal(await page.locator("#tokens .chip.good").count(), 0);
  });
}

test("the pages of apps and businesses are for everybody", async (t) => {
  const server = await peyk(t);
  await asks(server, "echo-key");
  await look(t, server, "apps", (lang) => `/console/apps?lang=${lang}`);
  const open = async (page) => page.locator("#new-key summary").click();
  await look(t, server, "app", (lang) => `/console/apps/echo?lang=${lang}`, { prepare: open });
  await look(t, server, "business", (lang) => `/console/businesses/209888193?lang=${lang}`);
});
