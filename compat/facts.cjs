// Facts about one client: plain functions with asserts, run in their order, one printed line each.
'use strict'

const facts = []

// Names a fact and its check.
exports.fact = (name, check) => facts.push({ name, check })

// Runs the facts of the driver and ends the program.
exports.run = async () => {
  let failed = 0
  for (const { name, check } of facts) {
    try {
      await check()
      console.log(`ok ${name}`)
    } catch (error) {
      failed += 1
      const body = error.response ? ` ${error.response.text}` : ''
      const place = (String(error.stack).match(/\w+_js\.cjs:\d+/) || ['?'])[0]
      console.log(`FAIL ${name}: ${String(error).replace(/\s+/g, ' ')}${body}\n    ${place}`)
    }
  }
  process.exit(failed ? 1 : 0)
}

// Wraps a generated API object: its callbacks become promises of { data, response }, its operations are remembered.
exports.recorder = (api, called) =>
  new Proxy(api, {
    get(target, name) {
      if (typeof target[name] !== 'function') return target[name]
      return (...words) => {
        called.add(name)
        return new Promise((resolve, reject) => {
          target[name](...words, (error, data, response) => {
            if (error) reject(Object.assign(error, { response: error.response || response }))
            else resolve({ data, response })
          })
        })
      }
    }
  })

// The names of a generated API class's operations.
exports.operations = (api) => Object.getOwnPropertyNames(api.prototype).filter((name) => name !== 'constructor')
