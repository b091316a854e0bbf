"""A shop's bot in thirty lines: it hears of messages by its webhook, reads them, and answers."""

import json
import os
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

PEYK = os.environ.get("PEYK_URL", "http://127.0.0.1:8080")
KEY = os.environ.get("PEYK_BUSINESS_KEY", "ACMA:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa:0123abcd")


def ask(method, path, body=None):
    data = None if body is None else json.dumps(body).encode()
    headers = {"Api-Key": KEY, "Content-Type": "application/json"}
    request = urllib.request.Request(PEYK + path, data, headers, method=method)
    with urllib.request.urlopen(request) as answer:
        return json.load(answer)


def answer(shop, chat, message):
    said = ask("GET", f"/v2/businesses/{shop}/chats/message?chatId={chat}&messageId={message}")["result"]
    if said["sender"] == "CUSTOMER" and "заказ" in said.get("message", "").lower():
        text = "Ваш заказ уже в пути."
        ask("POST", f"/v2/businesses/{shop}/chats/message?chatId={chat}", {"message": text})


class Receiver(BaseHTTPRequestHandler):
    def do_POST(self):
        told = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if told["notificationType"] == "CHAT_MESSAGE_SENT":
            answer(told["businessId"], told["chatId"], told["messageId"])
        body = json.dumps({"version": "1.0", "name": "example", "time": "2026-11-20T12:00:00Z"}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


ThreadingHTTPServer(("127.0.0.1", int(os.environ.get("PORT", "3100"))), Receiver).serve_forever()
