//! WebP: keeps what draws the picture and drops what tells about it.

use super::exif::Orientation;
use super::strip::Stripped;

/// `RIFF`, a length and `WEBP`.
const HEADER_BYTES: usize = 12;
/// What stands before the chunks of one frame of an animation.
const FRAME_HEADER_BYTES: usize = 16;
/// What the extended header says about the rest of the file.
const EXIF_FLAG: u8 = 0x08;
const XMP_FLAG: u8 = 0x04;

/// The picture without metadata, or nothing if this is not a whole WebP.
pub(super) fn strip(input: &[u8]) -> Option<Stripped> {
    let length = usize::try_from(u32::from_le_bytes(*input.get(4..)?.first_chunk()?)).ok()?;
    if !input.starts_with(b"RIFF") || input.get(8..HEADER_BYTES)? != b"WEBP" {
        return None;
    }
    let chunks = input.get(HEADER_BYTES..length.checked_add(8)?)?;
    let mut bytes = Vec::with_capacity(input.len());
    bytes.extend_from_slice(&input[..HEADER_BYTES]);
    let mut orientation = None;
    let mut flags_place = None;
    for (kind, body) in Chunks(chunks) {
        let body = body?;
        match kind {
            b"EXIF" => orientation = orientation.or_else(|| Orientation::read(body)),
            b"ANMF" => push(&mut bytes, *kind, &frame(body)?),
            b"VP8X" if body.len() >= 10 => {
                flags_place = flags_place.or(Some(bytes.len() + 8));
                push(&mut bytes, *kind, body);
            }
            b"VP8X" => return None,
            _ if draws(kind) => push(&mut bytes, *kind, body),
            _ => {}
        }
    }
    // A file without the extended header has no place for EXIF, so nobody reads any there.
    orientation = orientation.filter(|_| flags_place.is_some());
    if let Some(place) = flags_place {
        bytes[place] &= !(EXIF_FLAG | XMP_FLAG);
        if let Some(orientation) = orientation {
            bytes[place] |= EXIF_FLAG;
            push(&mut bytes, *b"EXIF", &orientation.tiff());
        }
    }
    let length = u32::try_from(bytes.len() - 8).ok()?;
    bytes[4..8].copy_from_slice(&length.to_le_bytes());
    Some(Stripped { bytes, orientation })
}

/// One frame of an animation, whose chunks can hide metadata too.
fn frame(body: &[u8]) -> Option<Vec<u8>> {
    let (header, chunks) = body.split_at_checked(FRAME_HEADER_BYTES)?;
    let mut frame = header.to_vec();
    for (kind, body) in Chunks(chunks) {
        let body = body?;
        if draws(kind) {
            push(&mut frame, *kind, body);
        }
    }
    Some(frame)
}

/// Whether a chunk is needed to draw the picture.
fn draws(kind: &[u8; 4]) -> bool {
    matches!(kind, b"VP8 " | b"VP8L" | b"ALPH" | b"ANIM" | b"ICCP")
}

fn push(bytes: &mut Vec<u8>, kind: [u8; 4], body: &[u8]) {
    bytes.extend_from_slice(&kind);
    bytes.extend_from_slice(&(body.len() as u32).to_le_bytes());
    bytes.extend_from_slice(body);
    if body.len() % 2 == 1 {
        bytes.push(0);
    }
}

/// The chunks of a RIFF body; the last has no body if it is cut off.
struct Chunks<'a>(&'a [u8]);

impl<'a> Iterator for Chunks<'a> {
    type Item = (&'a [u8; 4], Option<&'a [u8]>);

    fn next(&mut self) -> Option<Self::Item> {
        if self.0.is_empty() {
            return None;
        }
        let rest = std::mem::take(&mut self.0);
        let Some((kind, rest)) = rest.split_first_chunk::<4>() else {
            return Some((b"????", None));
        };
        let body = rest.split_first_chunk().and_then(|(length, rest)| {
            let length = usize::try_from(u32::from_le_bytes(*length)).ok()?;
            let (body, rest) = rest.split_at_checked(length)?;
            // Bodies of odd length are padded; the last one's padding is often forgotten.
            self.0 = rest.get(length % 2..).unwrap_or_default();
            Some(body)
        });
        Some((kind, body))
    }
}
