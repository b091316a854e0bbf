// The World's people, acted through Peyk's control API.
'use strict'

const CONTROL = `${process.env.PEYK_URL}/control/v1`

const call = async (method, path, body) => {
  const answer = await fetch(`${CONTROL}/people/${path}`, {
    method,
    headers: { 'Content-Type': 'application/json' },
    body: body && JSON.stringify(body)
  })
  if (!answer.ok) throw new Error(`${method} ${path} is ${answer.status}: ${await answer.text()}`)
  return answer.json()
}

// The person writes.
exports.says = (person, conversation, text) =>
  call('POST', `${person}/conversations/${conversation}/messages`, { text })

// The number of the person's conversation about this, as `opens('olga', { return: 70002 })`.
exports.opens = async (person, about) =>
  (await call('POST', `${person}/conversations`, about)).conversation.id

// The person hears nothing more there, or hears again.
exports.blocks = (person, conversation) => call('PUT', `${person}/conversations/${conversation}/block`)
exports.unblocks = (person, conversation) => call('DELETE', `${person}/conversations/${conversation}/block`)
