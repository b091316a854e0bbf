// Tests of the example bot: each has a marketplace of its own.

import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";

import { Peyk, PeykError, Unmet } from "peyk-testing";

const world = new URL("world.toml", import.meta.url);
const bot = [process.execPath, new URL("bot.js", import.meta.url).pathname];

// docs: begin
test("the bot asks, and a press of its button is answered", async (t) => {
  const peyk = await Peyk.for(t, { world });
  await peyk.run(bot);
  const chat = peyk.chat("sara", { bot: "echo" });
  await chat.says("سلام");
  await chat.expects({ contains: "فردا", button: "بله" });
  await chat.clicks("بله", { shows: "منتظرتان" });
  await chat.silent("1h");
});
// docs: end

test("people do not disturb each other, and each message is answered once", async (t) => {
  const peyk = await Peyk.for(t, { world });
  await peyk.run(bot);
  const [sara, kian] = ["sara", "kian"].map((person) => peyk.chat(person, { bot: "echo" }));
  await sara.sends("photo");
  await kian.says("سلام");
  await sara.expects("فردا می‌آیید؟");
  assert.equal((await kian.expects({ kind: "text" })).number, 2);
  await sara.silent("10s");
  await peyk.called("POST", "/v1/open-platform/chat/bot/*", { status: 200, times: 2 });
});

test("a bot that comes late hears it when it is tried again", async (t) => {
  const peyk = await Peyk.for(t, { world });
  const chat = peyk.chat("sara", { bot: "echo" });
  await chat.says("سلام");
  await peyk.run(bot);
  await chat.expects({ contains: "فردا" }, { within: "5m" });
});

test("what fails is told with the conversation and the wire", async (t) => {
  const peyk = await Peyk.for(t, { world });
  await peyk.run(bot);
  const chat = peyk.chat("sara", { bot: "echo" });
  await chat.says("سلام");
  const failed = await chat.expects("خیر").then(() => assert.fail("it was met"), (error) => error);
  assert.ok(failed instanceof Unmet);
  assert.match(failed.message, /^expected the text `خیر`, found `فردا می‌آیید؟` \[بله\]/);
  assert.match(failed.message, /sara, the bot of echo\n {2}\+0s +person: `سلام`\n {2}\+0s +bot: /);
  assert.match(failed.message, /bot {2}-> POST \/v1\/open-platform\/chat\/bot\/\S+: 200/);
});

test("a test goes back to where it was", async (t) => {
  const peyk = await Peyk.for(t, { world });
  await peyk.run(bot);
  const chat = peyk.chat("sara", { bot: "echo" });
  await chat.opens();
  await peyk.keeps("open");
  for (let round = 0; round < 3; round += 1) {
    await chat.says("سلام");
    assert.equal((await chat.expects({ button: "بله" })).number, 2);
    await peyk.restores("open");
  }
});

test("people send what people send, and time passes", async (t) => {
  const peyk = await Peyk.for(t, { world });
  const chat = peyk.chat("kian", { bot: "echo" });
  const note = join(tmpdir(), `peyk-note-${process.pid}.txt`);
  writeFileSync(note, "۴۲");
  t.after(() => import("node:fs").then(({ rmSync }) => rmSync(note)));
  assert.equal((await chat.sends("voice")).media.kind, "voice");
  assert.equal((await chat.sendsFile(note)).media.kind, "file");
  assert.equal((await chat.sendsPlace(35.7, 51.3)).location.longitude, 51.3);
  assert.equal((await chat.sendsContact("+989120000001")).contact.phone, "+989120000001");
  const began = await peyk.now();
  await peyk.passes("14d");
  assert.ok((await peyk.now()) > began);
});

test("a World can be an object, and its mistakes are told", async (t) => {
  const person = { id: "کیان", name: 'کیا"ن', phone: "+989120000002", locale: "fa" };
  await assert.rejects(Peyk.start({ world: { person: [person] } }), (error) => {
    assert.ok(error instanceof PeykError);
    assert.match(error.message, /found `کیان`, expected 1 to 64 of the characters/);
    return true;
  });
  const peyk = await Peyk.for(t, { world: { person: [{ ...person, id: "kian" }] } });
  assert.equal((await peyk.control("GET", "/people")).items[0].name, 'کیا"ن');
});
