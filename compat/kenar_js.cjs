// The JavaScript client that openapi-generator makes from the Kenar specification: every operation.
'use strict'

const assert = require('assert/strict')
const { fact, operations, recorder, run } = require('./facts.cjs')
const { blocks, unblocks } = require('./people.cjs')
const { PDF, PNG, stream } = require('./sample.cjs')
const kenar = require(`${process.env.PEYK_CLIENT}/dist/index.cjs`)

const URL = process.env.PEYK_URL
const CONVERSATION = 'edbb9499-cccc-4d35-b21f-621fa95f2b3e'
const BOT = '6f1c1b1e-7d55-4c35-9a53-0a5a5f0b7a01'
const UNKNOWN = '00000000-0000-4000-8000-000000000000'
const called = new Set()
const NOT_FOR_PROGRAMS = ['oAuthAuthorize']

// The client as an app would set it up; the hosts of single operations give way to Peyk's.
const api = ({ token, key = 'echo-key' } = {}) => {
  const client = new kenar.ApiClient(URL)
  const buildUrl = client.buildUrl
  client.buildUrl = (path, words) => buildUrl.call(client, path, words, null)
  client.authentications.APIKey.apiKey = key
  client.authentications.OAuth.accessToken = token
  client.authentications.UploadToken.accessToken = token
  return recorder(new kenar.DefaultApi(client), called)
}

const bot = (words) => kenar.ChatAPIChatBotSendMessageBody.constructFromObject(words)
const message = (words) => kenar.ChatAPIConversationSendMessageBody.constructFromObject(words)
const button = (action, caption) => ({ action, caption, icon: 'HOME', icon_name: 'HOME' })
const GRID = {
  rows: [
    {
      buttons: [
        button({ open_direct_link: 'http://127.0.0.1:3000/' }, 'link'),
        button({ open_server_link: { data: { id: '7', n: 7, deep: { a: [1, null] } } } }, 'server'),
        button({ get_dynamic_action: { data: {} } }, '🙂')
      ]
    },
    {
      buttons: [
        button({ open_post_page: { post_token: 'gZd7omnS' } }, 'post'),
        button({ open_post_manage_page: { post_token: 'gZd7omnS' } }, 'manage')
      ]
    }
  ]
}

// The client rejects with the response; its parsed body is the specification's error.
const refused = async (status, code, call) => {
  const error = await call.then(() => assert.fail(`expected ${status}, was accepted`), (error) => error)
  if (!error.response) throw error
  assert.deepEqual([error.response.status, error.response.body.code], [status, code])
  assert.ok(error.response.body.message)
}

const userId = async (token) => (await api({ token }).finderGetUser()).data.user_id
const texts = async (token, id) =>
  (await api({ token }).chatAPIGetConversation(id)).data.messages.map((entry) => entry.text)
const upload = async (kind, file) => {
  const token = (await api().chatAPIGenerateUploadToken({})).data.token
  const { data } = await api({ token }).chatUploadUpload(kind, file, {})
  assert.equal(data.status, 'ok')
  return data.id
}

fact('a_person_is_what_the_scopes_show', async () => {
  const sara = (await api({ token: 'ory_at_sara' }).finderGetUser()).data
  assert.deepEqual([sara.phone_number, sara.phone_numbers], ['+989120000001', ['+989120000001']])
  assert.match(sara.user_id, /^[A-Za-z0-9_-]{43}=$/)
  const olga = (await api({ token: 'ory_at_olga' }).finderGetUser()).data
  assert.deepEqual([olga.phone_number, olga.user_id], ['+79160000002', undefined])
})

fact('the_legacy_post_says_the_same', async () => {
  const legacy = (await api({ token: 'ory_at_sara' }).finderGetUserLegacyPost({ body: {} })).data
  assert.deepEqual(legacy, (await api({ token: 'ory_at_sara' }).finderGetUser()).data)
})

fact('a_phone_has_the_same_user_id', async () => {
  const { data } = await api().finderGetUserIDByPhone({ phone: '+989120000004' })
  assert.equal(data.user_id, await userId('ory_at_omid'))
})

fact('scopes_and_permissions_are_listed_without_a_key', async () => {
  const scopes = (await api({ key: null }).assetsGetOAuthScopes()).data.scopes.map((entry) => entry.slug)
  assert.ok(scopes.includes('CONVERSATION_SEND_MESSAGE'), scopes)
  const permissions = (await api({ key: null }).assetsGetPermissions()).data.permissions.map((entry) => entry.slug)
  assert.ok(permissions.includes('CHAT_BOT_SEND_MESSAGE'), permissions)
})

fact('a_bot_sends_on_every_conversation_path', async () => {
  for (const operation of ['chatAPIChatBotSendMessage', 'chatAPIChatBotSendMessage3', 'chatAPIChatBotSendMessage5']) {
    const { data } = await api()[operation](BOT, bot({ type: 'TEXT', text_message: operation, buttons: GRID }))
    assert.equal(data.conversation_id, BOT)
    assert.equal((await texts('ory_at_ivan', BOT)).at(-1), operation)
  }
})

fact('a_bot_begins_with_a_person_on_both_paths', async () => {
  const omid = await userId('ory_at_omid')
  const caller = api({ token: 'ory_at_omid' })
  const first = (await caller.chatAPIChatBotSendMessage2(omid, bot({ text_message: 'سلام' }))).data.conversation_id
  const again = (await caller.chatAPIChatBotSendMessage4(omid, bot({ text_message: 'سلام' }))).data.conversation_id
  assert.ok(first)
  assert.equal(again, first)
})

fact('media_is_uploaded_and_sent', async () => {
  for (const [kind, file] of [['image', stream('a.png', PNG)], ['file', stream('a.pdf', PDF)]]) {
    const { data } = await api().chatAPIChatBotSendMessage(BOT, bot({ media_token: await upload(kind, file) }))
    assert.equal(data.conversation_id, BOT)
  }
})

fact('media_is_what_it_contains', () => refused(400, 3, upload('image', stream('a.pdf', PDF))))

fact('a_conversation_is_read_in_its_order', async () => {
  const { data } = await api({ token: 'ory_at_sara' }).chatAPIGetConversation(CONVERSATION)
  assert.deepEqual({ ...data.conversation }, { id: CONVERSATION, type: 'POST', post_token: 'gZd7omnS' })
  const [first, second] = data.messages
  assert.deepEqual([first.text, first.sender.side, first.sender.type], ['سلام، دوچرخه هنوز هست؟', 'BUYER', 'HUMAN'])
  assert.deepEqual([second.text, second.sender.side], ['بله، هست', 'SELLER'])
  assert.ok(first.sent_at instanceof Date && !isNaN(first.sent_at), first.sent_at)
  assert.ok(first.sent_at <= second.sent_at)
})

fact('a_person_sends_to_a_conversation', async () => {
  const body = message({ type: 'TEXT', message: 'از طرف من', sender_buttons: GRID, receiver_buttons: { rows: [] } })
  const { data } = await api({ token: 'ory_at_sara' }).chatAPIConversationSendMessage(CONVERSATION, body)
  assert.deepEqual([data.status, data.message], [200, 'ok'])
  assert.equal((await texts('ory_at_sara', CONVERSATION)).at(-1), 'از طرف من')
})

fact('refusals_are_parsed', async () => {
  const words = bot({ text_message: 'no' })
  await refused(401, 16, api({ key: null }).chatAPIChatBotSendMessage(BOT, words))
  await refused(401, 16, api({ key: 'wrong' }).chatAPIChatBotSendMessage(BOT, words))
  await refused(403, 7, api({ key: 'echo-users-key' }).chatAPIChatBotSendMessage(BOT, words))
  await refused(404, 5, api().chatAPIChatBotSendMessage(UNKNOWN, words))
  await refused(400, 3, api().chatAPIChatBotSendMessage(BOT, bot({})))
  await refused(401, 16, api().chatAPIConversationSendMessage(CONVERSATION, message({ message: 'no' })))
  await refused(403, 7, api({ token: 'ory_at_olga' }).chatAPIGetConversation(CONVERSATION))
})

fact('a_fourth_row_is_refused', async () => {
  const rows = Array(4).fill(GRID.rows[1])
  await refused(400, 3, api().chatAPIChatBotSendMessage(BOT, bot({ text_message: 'no', buttons: { rows } })))
})

fact('a_blocked_person_gets_nothing', async () => {
  const send = () => api().chatAPIChatBotSendMessage(BOT, bot({ text_message: 'باز هم' }))
  await blocks('ivan', BOT)
  await refused(412, 9, send())
  await unblocks('ivan', BOT)
  assert.equal((await send()).data.conversation_id, BOT)
})

fact('an_app_subscribes_to_a_post', async () => {
  const request = { event_type: 'NEW_MESSAGE_ON_POST', event_resource_id: 'gZd7omnS', metadata: { shop: '7' } }
  const { response } = await api({ token: 'ory_at_sara' }).eventsRegisterEventSubscription(request)
  assert.deepEqual([response.status, response.text], [200, '{}'])
  await refused(403, 7, api({ token: 'ory_at_olga' }).eventsRegisterEventSubscription(request))
})

fact('a_refresh_token_becomes_a_new_token', async () => {
  const words = { refreshToken: 'ory_rt_sara' }
  const { data } = await api().oAuthToken('echo', 'echo-secret', 'refresh_token', words)
  assert.deepEqual([data.token_type, data.expires_in], ['bearer', 3600])
})

fact('every_operation_was_called', () => {
  const left = operations(kenar.DefaultApi).filter((name) => !called.has(name) && !NOT_FOR_PROGRAMS.includes(name))
  assert.deepEqual(left, [])
})

run()
