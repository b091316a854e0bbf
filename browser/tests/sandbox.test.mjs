// The sandbox: faults, snapshots, Worlds as files, scripts, magic names and the clock, by forms.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, test } from "node:test";
import { close, eventually, look, submits, visit } from "../page.mjs";
import { peyk } from "../peyk.mjs";

after(close);

const WAYS = [["fa", true], ["en", false]];
const named = ([lang, js]) => `in ${lang}, ${js ? "with" : "without"} scripts`;
const isThere = async (server, id) => (await server.control("GET", "/people")).items.some((each) => each.handle === id);
const asked = async (server) => (await fetch(`${server.url}/v1/open-platform/users`)).status;
const person = (id, name) => `[[person]]\nid = "${id}"\nname = "${name}"\nphone = "+447700900009"\nlocale = "en"\n`;

for (const way of WAYS) {
  test(`a fault is added, counted, switched and taken away ${named(way)}`, async (t) => {
    const [lang, js] = way;
    const server = await peyk(t);
    const { page } = await visit(t, server.url, { lang, js });
    await page.goto("/console/sandbox");
    const form = page.locator("#fault-drop");
    await form.locator("summary").first().click();
    await page.locator("#fault-effect").selectOption("duplicate");
    assert.ok(!(await page.locator("#fault-code").isVisible()), "what an effect does not have is not asked");
    await page.locator("#fault-effect").selectOption("status");
    await page.locator("#fault-place").selectOption("in:kenar:");
    await page.locator("#fault-code").fill("299");
    await form.locator("button.main").click();
    await page.locator("#notices .refused blockquote").getByText("299").waitFor();
    assert.equal(await page.locator("#faults li[id^=fault-]").count(), 0, "nothing was added");
    // Without scripts the form begins anew.
    if (!js) {
      await form.locator("summary").first().click();
      await page.locator("#fault-effect").selectOption("status");
      await page.locator("#fault-place").selectOption("in:kenar:");
    }
    await page.locator("#fault-code").fill("503");
    await page.locator("#fault-count").fill("1");
    await form.locator("button.main").click();
    const rule = page.locator("#fault-status-1");
    await rule.locator(".chip.warm").waitFor();
    assert.equal(await asked(server), 503);
    assert.equal(await asked(server), 401, "it happens once");
    await eventually("its count is shown", async () => {
      if (!js) await page.reload();
      const text = await rule.innerText();
      return /2|۲/.test(text) && (await server.control("GET", "/faults/status-1")).done === 1;
    });
    await rule.locator("button[value=off]").click();
    await rule.locator("button[value=on]").waitFor();
    await rule.locator("button[value=gone]").click();
    await rule.waitFor({ state: "detached" });
  });

  test(`a snapshot is kept, gone back to and deleted ${named(way)}`, async (t) => {
    const [lang, js] = way;
    const server = await peyk(t);
    const { page } = await visit(t, server.url, { lang, js });
    await page.goto("/console/sandbox");
    await page.locator("#snapshot-name").fill("before");
    await submits(page, page.locator("form[action='/console/sandbox/snapshots'] button"));
    await page.locator("#snapshot-before").waitFor();
    await page.locator("#world-drop summary").click();
    await page.locator("#world-text").fill(person("zoe", "Zoe"));
    await submits(page, page.locator("#world-drop button.main"));
    assert.equal(await page.locator("#notices .done").count(), 1);
    assert.ok(await isThere(server, "zoe"));
    await submits(page, page.locator("#snapshot-before form[action$='/restore'] button"));
    assert.equal(await page.locator("#notices .done").count(), 1);
    assert.ok(!(await isThere(server, "zoe")));
    await submits(page, page.locator("#snapshot-before form[action$='/delete'] button"));
    await page.locator("#snapshot-before").waitFor({ state: "detached" });
  });

  test(`a World goes out as a file and comes back as one ${named(way)}`, async (t) => {
    const [lang, js] = way;
    const server = await peyk(t);
    const { page } = await visit(t, server.url, { lang, js });
    await page.goto("/console/sandbox");
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.locator("a[href='/console/sandbox/world.toml']").click(),
    ]);
    assert.equal(download.suggestedFilename(), "world.toml");
    const world = await readFile(await download.path(), "utf8");
    assert.match(world, /id = "ivan"/);
    const load = async (text) => {
      await page.locator("#world-drop summary").click();
      await page.locator("#world-file").setInputFiles({ name: "mine.toml", mimeType: "application/toml", buffer: Buffer.from(text) });
      await page.locator("input[name=replace]").check();
      await submits(page, page.locator("#world-drop button.main"));
    };
    await load("[[person]]\nid = 3\n");
    await page.locator("#notices .refused blockquote").getByText("mine.toml:2").waitFor();
    await load(person("zoe", "Zoe"));
    assert.equal(await page.locator("#notices .done").count(), 1);
    assert.ok(!(await isThere(server, "ivan")));
    await load(world);
    assert.equal(await page.locator("#notices .done").count(), 1);
    assert.ok(await isThere(server, "ivan"));
    await page.locator("form[action='/console/sandbox/reset']").locator("xpath=..").locator("summary").click();
    await submits(page, page.locator("form[action='/console/sandbox/reset'] button"));
    assert.equal(await page.locator("#notices .done").count(), 1);
  });
}

test("what is only a sandbox's is not there for others", async (t) => {
  const server = await peyk(t, { env: { PEYK_ADMIN_TOKEN: "browser-test-token" } });
  server.run(["admin", "add", "sara"], "nine white horses\n");
  const { page } = await visit(t, server.url);
  await page.goto("/console/deliveries");
  await page.locator("#name").fill("sara");
  await page.locator("#password").fill("nine white horses");
  await page.locator("main form button").click();
  await page.waitForURL("/console/deliveries");
  assert.equal(await page.locator(".main-nav a[href='/console/sandbox']").count(), 0);
  for (const path of ["/console/sandbox", "/console/sandbox/world.toml"]) {
    assert.equal((await page.goto(path)).status(), 403, path);
  }
});

test("the page of a sandbox with faults is for everybody", async (t) => {
  const server = await peyk(t);
  const rules = [
    { name: "late", effect: "delay", milliseconds: 1500, dialect: "market", chance_percent: 30 },
    { name: "twice", effect: "duplicate", count: 3, is_on: false },
  ];
  for (const rule of rules) await server.control("POST", "/faults", rule);
  await server.control("PUT", "/snapshots/before-sale");
  const prepare = async (page) => {
    await page.locator("#fault-drop summary").first().click();
    await page.locator("#world-drop summary").click();
  };
  await look(t, server, "sandbox-faults", (lang) => `/console/sandbox?lang=${lang}`, { prepare });
});
