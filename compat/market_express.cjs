// An Express receiver of a shop's notifications, which calls Peyk back from inside its handler.
'use strict'

const assert = require('assert/strict')
const { EventEmitter, once } = require('events')
const express = require('express')
const { fact, run } = require('./facts.cjs')
const { opens, says } = require('./people.cjs')
const market = require(`${process.env.PEYK_CLIENT}/dist/index.cjs`)

const KEY = 'ACMA:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa:0123abcd'
const BUSINESS = 209888193
const ORDER = 14604701
const PATIENCE_MS = 60_000

const client = new market.ApiClient(process.env.PEYK_URL)
client.authentications.ApiKey.apiKey = KEY
const api = new market.DefaultApi(client)
// A call of the generated client as a promise of its result.
const call = (name, ...words) =>
  new Promise((resolve, reject) => {
    api[name](...words, (error, data) => (error ? reject(error) : resolve(data.result)))
  })

// --- the receiver ----------------------------------------------------------------------------------------------------

const heard = []
const ear = new EventEmitter()

// What the notification is about, asked of Peyk before it is acknowledged.
const asked = async ({ notificationType, chatId, messageId }) => {
  if (notificationType === 'PING') return {}
  const chat = await call('getChat', BUSINESS, chatId, {})
  if (notificationType !== 'CHAT_MESSAGE_SENT') return { chat }
  const message = await call('getChatMessage', BUSINESS, chatId, messageId, {})
  if (message.message === 'Вы тут?') await call('sendMessageToChat', BUSINESS, chatId, { message: 'Да!' }, {})
  return { chat, message }
}

const shop = express()
shop.use(express.json())
shop.post('/webhook/market', async (request, response) => {
  try {
    heard.push({ push: request.body, headers: request.headers, ...(await asked(request.body)) })
    response.json({ version: '1.0.0', name: 'express', time: new Date().toISOString() })
  } catch (error) {
    heard.push({ push: request.body, error })
    response.status(500).json({ error: { type: 'UNKNOWN', message: String(error) } })
  }
  ear.emit('heard')
})

// The next notification that no fact has looked at yet.
const next = async () => {
  const deadline = AbortSignal.timeout(PATIENCE_MS)
  while (!heard.length) await once(ear, 'heard', { signal: deadline })
  const found = heard.shift()
  if (found.error) throw found.error
  return found
}

// --- the facts -------------------------------------------------------------------------------------------------------

const isTime = (text) => assert.match(text, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+Z$/)

const created = async (chatId) => {
  const { push, chat } = await next()
  const { createdAt, ...rest } = push
  assert.deepEqual(rest, { notificationType: 'CHAT_CREATED', chatId, businessId: BUSINESS })
  isTime(createdAt)
  assert.equal(chat.chatId, chatId)
  return chat
}

const sent = async (chatId, text, sender) => {
  const { push, chat, message } = await next()
  const { messageId, sentAt, ...rest } = push
  assert.deepEqual(rest, { notificationType: 'CHAT_MESSAGE_SENT', chatId, businessId: BUSINESS })
  assert.equal(typeof messageId, 'string')
  isTime(sentAt)
  // The message is readable before its notification is acknowledged, under the same id as a number.
  assert.deepEqual([message.messageId, message.message, message.sender], [Number(messageId), text, sender])
  return chat
}

fact('a_shop_is_greeted_before_it_hears_anything', async () => {
  const { push, headers } = await next()
  assert.deepEqual(Object.keys(push).sort(), ['notificationType', 'time'])
  assert.equal(push.notificationType, 'PING')
  isTime(push.time)
  assert.deepEqual([headers['content-type'], headers.authorization], ['application/json', undefined])
})

fact('what_a_customer_says_is_read_from_inside_the_handler', async () => {
  await says('ivan', ORDER, 'А сегодня можно?')
  const chat = await sent(ORDER, 'А сегодня можно?', 'CUSTOMER')
  assert.deepEqual([chat.chatId, chat.status], [ORDER, 'WAITING_FOR_PARTNER'])
})

fact('what_the_shop_says_itself_is_heard_too', async () => {
  await call('sendMessageToChat', BUSINESS, ORDER, { message: 'Можно' }, {})
  const chat = await sent(ORDER, 'Можно', 'PARTNER')
  assert.equal(chat.status, 'WAITING_FOR_CUSTOMER')
})

fact('a_chat_that_the_shop_creates_is_heard_once', async () => {
  const create = () => call('createChat', BUSINESS, { context: { type: 'ORDER', id: 90004 } }, {})
  const { chatId } = await create()
  assert.equal((await create()).chatId, chatId)
  assert.equal((await created(chatId)).orderId, 90004)
  await call('sendMessageToChat', BUSINESS, chatId, { message: 'Заказ готов' }, {})
  await sent(chatId, 'Заказ готов', 'PARTNER')
})

fact('a_chat_that_a_customer_opens_is_heard_before_its_messages', async () => {
  const chatId = await opens('olga', { return: 70002 })
  const texts = ['Не подошло', 'Как вернуть?', 'Жду']
  for (const text of texts) await says('olga', chatId, text)
  assert.equal((await created(chatId)).context.returnId, 70002)
  for (const text of texts) await sent(chatId, text, 'CUSTOMER')
})

fact('the_handler_answers_a_customer_before_it_acknowledges', async () => {
  const chatId = await opens('olga', { business: BUSINESS })
  await says('olga', chatId, 'Вы тут?')
  assert.equal((await created(chatId)).context.type, 'DIRECT')
  await sent(chatId, 'Вы тут?', 'CUSTOMER')
  await sent(chatId, 'Да!', 'PARTNER')
})

fact('nothing_else_was_heard', () => assert.deepEqual(heard, []))

const [host, port] = process.env.PEYK_RECEIVER.split(':')
shop.listen(Number(port), host, (error) => {
  if (error) throw error
  run()
})
