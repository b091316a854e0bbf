//! PNG: keeps what draws the picture and drops what tells about it.

use super::exif::Orientation;
use super::strip::Stripped;

/// What every PNG begins with.
pub(super) const SIGNATURE: &[u8] = b"\x89PNG\r\n\x1a\n";

/// Length, type and checksum of a chunk.
const FRAME_BYTES: usize = 12;

/// The picture without metadata, or nothing if this is not a whole PNG.
pub(super) fn strip(input: &[u8]) -> Option<Stripped> {
    let mut rest = input.strip_prefix(SIGNATURE)?;
    let mut bytes = Vec::with_capacity(input.len());
    bytes.extend_from_slice(SIGNATURE);
    let mut exif_place = None;
    let mut orientation = None;
    loop {
        let length = usize::try_from(u32::from_be_bytes(*rest.first_chunk()?)).ok()?;
        let (chunk, behind) = rest.split_at_checked(length.checked_add(FRAME_BYTES)?)?;
        rest = behind;
        let kind: &[u8; 4] = chunk.get(4..)?.first_chunk()?;
        if exif_place.is_none() && kind != b"IHDR" {
            return None;
        }
        if kind == b"eXIf" {
            orientation = orientation.or(Orientation::read(&chunk[8..8 + length]));
        } else if draws(kind) {
            bytes.extend_from_slice(chunk);
        } else if kind[0].is_ascii_uppercase() {
            // It cannot be drawn without a chunk that nobody knows.
            return None;
        }
        exif_place = exif_place.or(Some(bytes.len()));
        if kind == b"IEND" {
            break;
        }
    }
    if let (Some(orientation), Some(place)) = (orientation, exif_place) {
        bytes.splice(place..place, chunk(*b"eXIf", &orientation.tiff()));
    }
    Some(Stripped { bytes, orientation })
}

/// Whether a chunk is needed to draw the picture, moving or not.
fn draws(kind: &[u8; 4]) -> bool {
    const PIXELS: [&[u8; 4]; 5] = [b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS"];
    const COLOURS: [&[u8; 4]; 8] =
        [b"cHRM", b"gAMA", b"iCCP", b"sRGB", b"sBIT", b"cICP", b"mDCV", b"cLLI"];
    const DISPLAY: [&[u8; 4]; 4] = [b"bKGD", b"hIST", b"sPLT", b"pHYs"];
    const FRAMES: [&[u8; 4]; 3] = [b"acTL", b"fcTL", b"fdAT"];
    PIXELS.contains(&kind)
        || COLOURS.contains(&kind)
        || DISPLAY.contains(&kind)
        || FRAMES.contains(&kind)
}

/// A chunk with its length and checksum.
pub(super) fn chunk(kind: [u8; 4], body: &[u8]) -> Vec<u8> {
    let mut chunk = (body.len() as u32).to_be_bytes().to_vec();
    chunk.extend_from_slice(&kind);
    chunk.extend_from_slice(body);
    let sum = checksum(&chunk[4..]);
    chunk.extend_from_slice(&sum.to_be_bytes());
    chunk
}

/// CRC-32 bit by bit: it sees thirty bytes per picture, which need no table and no crate.
fn checksum(bytes: &[u8]) -> u32 {
    let mut sum = u32::MAX;
    for byte in bytes {
        sum ^= u32::from(*byte);
        for _ in 0..8 {
            sum = if sum & 1 == 1 { 0xedb8_8320 ^ (sum >> 1) } else { sum >> 1 };
        }
    }
    !sum
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_checksum_is_that_of_the_png_standard() {
        assert_eq!(chunk(*b"IEND", b""), b"\0\0\0\0IEND\xae\x42\x60\x82");
    }
}
