// The JavaScript client that openapi-generator makes from the Market specification: every operation.
'use strict'

const assert = require('assert/strict')
const { fact, operations, recorder, run } = require('./facts.cjs')
const { PDF, stream } = require('./sample.cjs')
const market = require(`${process.env.PEYK_CLIENT}/dist/index.cjs`)

const URL = process.env.PEYK_URL
const KEY = 'ACMA:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa:0123abcd'
const READ_ONLY = 'ACMA:rrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrr:0123abcd'
const [BUSINESS, OTHER] = [209888193, 209888194]
// The chats of the World; the comments of compat/world.toml say what they are for.
const [ORDER, EMPTY, ANSWERED, RETURN, DIRECT, LONG] = [14604701, 14604702, 14604703, 14604704, 14604705, 14604706]
const ALL = [ORDER, EMPTY, ANSWERED, RETURN, DIRECT, LONG]
const called = new Set()
// Peyk sends this one itself.
const OUTGOING = ['sendNotification']

const api = ({ key = KEY, token, legacy } = {}) => {
  const client = new market.ApiClient(URL)
  client.authentications.ApiKey.apiKey = key
  client.authentications.OAuth.accessToken = token
  client.authentications.LegacyOAuth.apiKey = legacy
  return recorder(new market.DefaultApi(client), called)
}

const chats = async (filters = {}, opts = { limit: 20 }, caller = api()) => {
  const { data } = await caller.getChats(BUSINESS, market.GetChatsRequest.constructFromObject(filters), opts)
  assert.equal(data.status, 'OK')
  return data.result
}
const listed = async (filters) => (await chats(filters)).chats.map((chat) => chat.chatId).sort()
const history = async (chat, body = {}, opts = {}) =>
  (await api().getChatHistory(BUSINESS, chat, market.GetChatHistoryRequest.constructFromObject(body), opts)).data.result
const created = async (body) =>
  (await api().createChat(BUSINESS, market.CreateChatRequest.constructFromObject(body), {})).data.result.chatId

// The client rejects with the response; its parsed body is the specification's error.
const refused = async (status, code, call, message) => {
  const error = await call.then(() => assert.fail(`expected ${status}, was accepted`), (error) => error)
  if (!error.response) throw error
  const body = market.ApiErrorResponse.constructFromObject(error.response.body)
  assert.deepEqual([error.response.status, body.status, body.errors[0].code], [status, 'ERROR', code])
  if (message) assert.equal(body.errors[0].message, message)
}

fact('the_chats_of_the_business_are_listed', async () => assert.deepEqual(await listed(), ALL))

fact('each_filter_filters', async () => {
  const contexts = [{ type: 'ORDER', id: 90003 }, { type: 'RETURN', id: 70001 }]
  assert.deepEqual(await listed({ orderIds: [90002] }), [EMPTY])
  assert.deepEqual(await listed({ contexts }), [ANSWERED, RETURN])
  assert.deepEqual(await listed({ contextTypes: ['RETURN', 'DIRECT'] }), [RETURN, DIRECT])
  assert.deepEqual(await listed({ types: ['CHAT'] }), ALL)
  assert.deepEqual(await listed({ statuses: ['FINISHED', 'NEW'] }), [EMPTY, RETURN])
  assert.deepEqual(await listed({ statuses: ['FINISHED'], contextTypes: ['ORDER'] }), [])
})

fact('pages_show_every_chat_once', async () => {
  const found = []
  // The empty token of the first page is what some clients send.
  let pageToken = ''
  for (let page = 0; page < 10; page += 1) {
    const { chats: some, paging } = await chats({}, { limit: 4, pageToken })
    found.push(...some.map((chat) => chat.chatId))
    pageToken = paging && paging.nextPageToken
    if (!pageToken) break
  }
  assert.deepEqual(found.sort(), ALL)
})

fact('a_larger_limit_than_allowed_is_the_largest', async () => {
  assert.equal((await chats({}, { limit: 50 })).chats.length, ALL.length)
  assert.equal((await history(LONG, {}, { limit: 1000 })).messages.length, 7)
})

fact('each_kind_of_chat_names_its_subject', async () => {
  const order = (await api().getChat(BUSINESS, ORDER, {})).data.result
  assert.deepEqual([order.orderId, order.context.orderId, order.context.campaignId], [90001, 90001, 4001])
  assert.deepEqual([order.context.customer.name, order.status], ['Иван', 'WAITING_FOR_PARTNER'])
  assert.ok(order.createdAt instanceof Date && !isNaN(order.createdAt), order.createdAt)
  const back = (await api().getChat(BUSINESS, RETURN, {})).data.result
  assert.deepEqual([back.orderId, back.context.type, back.context.returnId], [90001, 'RETURN', 70001])
  const direct = (await api().getChat(BUSINESS, DIRECT, {})).data.result
  assert.deepEqual([direct.orderId, direct.context.type], [undefined, 'DIRECT'])
})

fact('history_is_in_order_and_resumes', async () => {
  const { messages, orderId } = await history(LONG)
  assert.equal(orderId, 90006)
  assert.deepEqual(messages.map((entry) => entry.message), ['один', 'два', 'три', 'четыре', 'пять', 'шесть', 'семь'])
  assert.ok(messages.every((entry) => Number.isSafeInteger(entry.messageId)))
  const rest = (await history(LONG, { messageIdFrom: messages[4].messageId })).messages
  assert.deepEqual(rest, messages.slice(4))
  const first = await history(LONG, {}, { limit: 4 })
  const second = await history(LONG, {}, { limit: 4, pageToken: first.paging.nextPageToken })
  assert.deepEqual([...first.messages, ...second.messages], messages)
  assert.deepEqual((await api().getChatMessage(BUSINESS, LONG, messages[2].messageId, {})).data.result, messages[2])
})

fact('a_chat_is_created_once_per_subject', async () => {
  const chat = await created({ orderId: 90004 })
  assert.equal(await created({ context: { type: 'ORDER', id: 90004 } }), chat)
  assert.equal(await created({ context: { type: 'RETURN', id: 70001 } }), RETURN)
  assert.equal((await api().getChat(BUSINESS, chat, {})).data.result.status, 'NEW')
})

fact('a_sent_message_is_the_last_of_its_chat', async () => {
  const { response } = await api().sendMessageToChat(BUSINESS, ORDER, { message: 'В 15:00' }, {})
  assert.equal(response.text, '{"status":"OK"}')
  const last = (await history(ORDER)).messages.at(-1)
  assert.deepEqual([last.message, last.sender, last.payload], ['В 15:00', 'PARTNER', undefined])
})

fact('a_sent_file_can_be_downloaded', async () => {
  const { response } = await api().sendFileToChat(BUSINESS, ANSWERED, stream('receipt.pdf', PDF), {})
  assert.equal(response.text, '{"status":"OK"}')
  const last = (await history(ANSWERED)).messages.at(-1)
  assert.equal(last.message, undefined)
  assert.deepEqual([last.payload[0].name, last.payload[0].size], ['receipt.pdf', PDF.length])
  const download = await fetch(last.payload[0].url, { headers: { 'Api-Key': KEY } })
  assert.deepEqual(Buffer.from(await download.arrayBuffer()), PDF)
})

fact('every_kind_of_credential_is_accepted', async () => {
  for (const caller of [
    api(),
    api({ key: null, token: 'y0_compat' }),
    api({ key: null, legacy: 'OAuth oauth_token="y0_compat", oauth_client_id="compat"' })
  ]) {
    assert.ok((await chats({}, {}, caller)).chats.length)
  }
})

fact('refusals_are_parsed', async () => {
  const words = { message: 'нет' }
  await refused(401, 'UNAUTHORIZED', chats({}, {}, api({ key: null })), 'Credentials are not specified')
  await refused(401, 'UNAUTHORIZED', chats({}, {}, api({ key: 'wrong' })), 'Api-Key token prefix invalid')
  await refused(403, 'FORBIDDEN', api().getChats(OTHER, {}, {}), 'Access denied')
  await refused(403, 'FORBIDDEN', api({ key: READ_ONLY }).sendMessageToChat(BUSINESS, ORDER, words, {}))
  await refused(404, 'NOT_FOUND', api().getChat(BUSINESS, 1, {}), "Can't find chat by id: '1'")
  await refused(404, 'NOT_FOUND', created({ orderId: 1 }), "Order not found: '1'")
  await refused(400, 'BAD_REQUEST', chats({}, { pageToken: 'wrong' }), 'Bad page token')
  await refused(400, 'BAD_REQUEST', api().sendMessageToChat(BUSINESS, ORDER, { message: 'я'.repeat(4097) }, {}))
  await refused(400, 'BAD_REQUEST', chats({ statuses: ['WRONG'] }))
})

fact('every_operation_was_called', () => {
  const left = operations(market.DefaultApi).filter((name) => !called.has(name) && !OUTGOING.includes(name))
  assert.deepEqual(left, [])
})

run()
