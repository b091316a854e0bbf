"""Small files of every kind, real enough that a server which looks at their content accepts them."""

import base64

PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
MP4 = bytes.fromhex("00000018667479706d703432000000006d70343269736f6d") + b"\0\0\0\x08mdat"
M4A = bytes.fromhex("00000018667479704d344120000000004d34412069736f6d") + b"\0\0\0\x08mdat"
# media type: (file name, content)
MEDIA = {"image": ("a.png", PNG), "file": ("a.pdf", PDF), "voice": ("a.m4a", M4A), "video": ("a.mp4", MP4)}
