// Who may look after a server: signing in, roles, accounts, sessions and the audit log.

import assert from "node:assert/strict";
import { after, test } from "node:test";
import { close, look, submits, visit } from "../page.mjs";
import { peyk } from "../peyk.mjs";

const PASSWORD = "nine white horses";
const TOKEN = "browser-test-token";

/** A server for others with an admin, `sara`, and a reader, `olga`. */
async function production(t) {
  const server = await peyk(t, { env: { PEYK_ADMIN_TOKEN: TOKEN } });
  server.run(["admin", "add", "sara"], `${PASSWORD}\n`);
  server.run(["admin", "add", "olga", "--role", "read-only"], `${PASSWORD}\n`);
  return server;
}

async function signIn(page, name, password = PASSWORD) {
  await page.locator("#name").fill(name);
  await page.locator("#password").fill(password);
  await submits(page, page.locator("main form button"));
}

after(close);

for (const [lang, js] of [["fa", true], ["en", false]]) {
  test(`an admin signs in, lets somebody in and takes it back in ${lang}, ${js ? "with" : "without"} scripts`, async (t) => {
    const server = await production(t);
    const { page } = await visit(t, server.url, { lang, js });
    await page.goto("/console/access");
    await signIn(page, "sara", "nine black horses");
    assert.equal(await page.locator("[role=alert]").count(), 1);
    assert.equal(await page.locator("#name").inputValue(), "sara");
    await signIn(page, "sara");
    await page.waitForURL("/console/access");

    await page.locator("#new-name").fill("reza");
    await page.locator("#new-role").selectOption("operator");
    await page.locator("#new-password").fill(PASSWORD);
    await submits(page, page.locator("form[action='/console/access/accounts'] button"));
    assert.equal(await page.locator("#account-reza").count(), 1);
    assert.equal(await page.locator("#notices .notice.done").count(), 1);

    const { page: other } = await visit(t, server.url, { lang, js });
    await other.goto("/console/access");
    await signIn(other, "reza");
    await other.waitForURL("/console/access");
    assert.equal(await other.locator("#add-title").count(), 0, "an operator makes no accounts");

    await page.locator("#account-reza summary").click();
    await submits(page, page.locator("#account-reza button.danger"));
    assert.equal(await page.locator("#account-reza").count(), 0);
    await other.goto("/console/access");
    assert.match(other.url(), /sign-in/);

    await page.goto("/console/access/log?act=remove_account");
    assert.match(await page.locator("tbody").innerText(), /account reza/);
    await page.locator("details.menu summary").click();
    await page.locator("form[action='/console/sign-out'] button").click();
    await page.waitForURL(/sign-in/);
  });
}

test("a reader sees no form and is refused", async (t) => {
  const server = await production(t);
  const { page } = await visit(t, server.url);
  await page.goto("/console/deliveries");
  await signIn(page, "olga");
  await page.waitForURL("/console/deliveries");
  assert.equal(await page.locator("main form[method=post]").count(), 0);
  await page.goto("/console/access");
  assert.equal(await page.locator("#new-name").count(), 0);
});

test("signing in is for everybody", async (t) => {
  const server = await production(t);
  await look(t, server, "sign-in", (lang) => `/console/sign-in?lang=${lang}`);
});

test("a server without an account says how to make one", async (t) => {
  const server = await peyk(t, { env: { PEYK_ADMIN_TOKEN: TOKEN } });
  const { page } = await visit(t, server.url);
  await page.goto("/");
  assert.match(await page.locator("main").innerText(), /peyk admin add NAME/);
});

test("the pages of access are for everybody", async (t) => {
  const server = await production(t);
  const { context, page } = await visit(t, server.url);
  await page.goto("/console/access");
  await signIn(page, "sara");
  await page.waitForURL("/console/access");
  const cookies = await context.cookies();
  const open = async (shown) => shown.locator("#account-olga summary").click();
  await look(t, server, "access", (lang) => `/console/access?lang=${lang}`, { cookies, prepare: open });
  await look(t, server, "access-log", (lang) => `/console/access/log?lang=${lang}`, { cookies });
});
