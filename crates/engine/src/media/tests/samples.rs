//! Tiny files made by hand.

use crate::media::png::{self, chunk};

/// Words that must never be stored with a picture.
pub const SECRET: &[u8] = b"59.9343N,30.3351E";

pub fn concat(parts: &[&[u8]]) -> Vec<u8> {
    parts.concat()
}

/// A segment of a JPEG.
pub fn segment(code: u8, body: &[u8]) -> Vec<u8> {
    let length = u16::try_from(body.len() + 2).unwrap().to_be_bytes();
    concat(&[&[0xff, code], &length, body])
}

/// EXIF with a maker, an orientation and a place, in the byte order of most phones.
pub fn exif(orientation: u16) -> Vec<u8> {
    let entry = |tag: u16, kind: u16, count: u32, value: u32| {
        let (tag, kind) = (tag.to_be_bytes(), kind.to_be_bytes());
        let value = if kind == [0, 3] { value << 16 } else { value };
        concat(&[&tag, &kind, &count.to_be_bytes(), &value.to_be_bytes()])
    };
    concat(&[
        b"MM\0*\0\0\0\x08",
        &[0, 3],
        &entry(0x010f, 2, SECRET.len() as u32, 50),
        &entry(0x0112, 3, 1, u32::from(orientation)),
        &entry(0x8825, 4, 1, 50 + SECRET.len() as u32),
        &[0; 4],
        SECRET,
        // The place itself.
        &[0, 1],
        &entry(0x0001, 2, 2, u32::from_be_bytes(*b"N\0\0\0")),
        &[0; 4],
    ])
}

pub const ICC: &[u8] = b"ICC_PROFILE\0\x01\x01colours";
/// Pixels with a stuffed zero, a restart and a fill byte.
pub const PIXELS: &[u8] = b"\x12\xff\x00\x34\xff\xd0\x56\x78";

/// A JPEG of 40 by 30 with these segments behind its JFIF header.
pub fn jpeg(segments: &[Vec<u8>]) -> Vec<u8> {
    concat(&[
        b"\xff\xd8",
        &segment(0xe0, b"JFIF\0\x01\x01\0\0\x01\0\x01\0\0"),
        &segments.concat(),
        &segment(0xdb, &[1; 65]),
        &segment(0xc0, b"\x08\0\x1e\0\x28\x01\x01\x11\0"),
        &segment(0xc4, &[0; 17]),
        &segment(0xda, b"\x01\x01\0\0\x3f\0"),
        PIXELS,
        b"\xff\xd9",
    ])
}

pub fn jpeg_exif(orientation: u16) -> Vec<u8> {
    segment(0xe1, &concat(&[b"Exif\0\0", &exif(orientation)]))
}

/// A PNG of 3 by 2 with these chunks before its pixels.
pub fn png(chunks: &[Vec<u8>]) -> Vec<u8> {
    concat(&[
        png::SIGNATURE,
        &chunk(*b"IHDR", b"\0\0\0\x03\0\0\0\x02\x08\x02\0\0\0"),
        &chunks.concat(),
        &chunk(*b"IDAT", b"pixels"),
        &chunk(*b"IEND", b""),
    ])
}

pub fn riff_chunk(kind: &[u8; 4], body: &[u8]) -> Vec<u8> {
    let padding: &[u8] = if body.len() % 2 == 1 { &[0] } else { &[] };
    concat(&[kind, &u32::try_from(body.len()).unwrap().to_le_bytes(), body, padding])
}

/// A WebP of these chunks.
pub fn webp(chunks: &[Vec<u8>]) -> Vec<u8> {
    let body = chunks.concat();
    let length = u32::try_from(body.len() + 4).unwrap().to_le_bytes();
    concat(&[b"RIFF", &length, b"WEBP", &body])
}

/// The extended header of a WebP of 300 by 200.
pub fn vp8x(flags: u8) -> Vec<u8> {
    riff_chunk(b"VP8X", &[flags, 0, 0, 0, 0x2b, 1, 0, 0xc7, 0, 0])
}

/// A GIF of 5 by 4 with these extensions before its only frame.
pub fn gif(extensions: &[&[u8]]) -> Vec<u8> {
    concat(&[
        b"GIF89a\x05\0\x04\0\x80\0\0",
        &[0, 0, 0, 255, 255, 255],
        &extensions.concat(),
        b",\0\0\0\0\x05\0\x04\0\0\x02\x02\x4c\x01\0",
        b";",
    ])
}

/// The beginning of an MPEG-4 file with these brands and tracks.
pub fn mp4(brands: &[&[u8; 4]], handlers: &[&[u8; 4]]) -> Vec<u8> {
    let length = u32::try_from(12 + brands.len() * 4).unwrap().to_be_bytes();
    let mut file = concat(&[&length, b"ftyp", brands[0], b"\0\0\x02\0"]);
    brands[1..].iter().for_each(|brand| file.extend_from_slice(*brand));
    for handler in handlers {
        file.extend(concat(&[b"\0\0\0\x20hdlr", &[0; 8], *handler, &[0; 12]]));
    }
    file.extend_from_slice(b"\0\0\0\x10mdat12345678");
    file
}

/// A ZIP with entries of these names, which are stored and empty.
pub fn zip(names: &[&str]) -> Vec<u8> {
    let mut file = Vec::new();
    for name in names {
        let length = u16::try_from(name.len()).unwrap().to_le_bytes();
        let header = concat(&[b"PK\x03\x04\x14\0", &[0; 20], &length, &[0; 2], name.as_bytes()]);
        file.extend(header);
    }
    file.extend_from_slice(b"PK\x05\x06");
    file.extend_from_slice(&[0; 18]);
    file
}

/// The beginning of an Office document of the years before 2007.
pub fn ole() -> Vec<u8> {
    concat(&[&[0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1], &[0; 1024]])
}

pub fn pdf() -> Vec<u8> {
    b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n".to_vec()
}

/// The first page of Ogg with this codec.
pub fn ogg(codec: &[u8]) -> Vec<u8> {
    concat(&[b"OggS\0\x02", &[0; 20], &[1, codec.len() as u8], codec, &[0; 30]])
}
