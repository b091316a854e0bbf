// Small files of every kind, as the streams that the generated clients attach.
'use strict'

const fs = require('fs')
const os = require('os')
const path = require('path')

exports.PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64'
)
exports.PDF = Buffer.from('%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n')

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'peyk-sample-'))
process.on('exit', () => fs.rmSync(folder, { recursive: true, force: true }))

// A stream of a file with this name; the client takes the part's filename from the path.
exports.stream = (name, content) => {
  const file = path.join(folder, name)
  fs.writeFileSync(file, content)
  return fs.createReadStream(file)
}
