// An app's bot in thirty lines: it hears of messages by its webhook, and answers with buttons.

import { createServer } from "node:http";

const PEYK = process.env.PEYK_URL ?? "http://127.0.0.1:8080";
const KEY = process.env.PEYK_APP_KEY ?? "echo-key";

async function say(conversation, text, buttons) {
  const answer = await fetch(`${PEYK}/v1/open-platform/chat/bot/conversations/${conversation}/messages`, {
    method: "POST",
    headers: { "x-api-key": KEY, "content-type": "application/json" },
    body: JSON.stringify({ type: "TEXT", text_message: text, ...(buttons && { buttons }) }),
  });
  if (!answer.ok) console.error(answer.status, await answer.text());
}

const yes = { caption: "بله", action: { get_dynamic_action: { data: { answer: "yes" } } } };

async function hear(path, told) {
  if (path === "/action") return { text_message: "منتظرتان هستیم!" };
  const message = told.new_chatbot_message;
  if (message?.sender.type === "HUMAN") {
    await say(message.conversation.id, "فردا می‌آیید؟", { rows: [{ buttons: [yes] }] });
  }
  return {};
}

createServer(async (request, response) => {
  let body = "";
  for await (const piece of request) body += piece;
  const answer = await hear(request.url, JSON.parse(body));
  response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(answer));
}).listen(Number(process.env.PORT ?? 3000), "127.0.0.1");
