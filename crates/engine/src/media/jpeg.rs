//! JPEG: keeps what draws the picture and drops what tells about it.

use super::exif::{self, Orientation};
use super::strip::Stripped;

const SOI: u8 = 0xd8;
const EOI: u8 = 0xd9;
const SOS: u8 = 0xda;
const APP1: u8 = 0xe1;

/// The picture without metadata, or nothing if this is not a whole JPEG.
///
/// A list of what may stay, not of what must go: EXIF, XMP, IPTC, C2PA, comments, and pictures
/// and films that phones append all fall by the same rule. A picture that breaks off amid its
/// pixels is whole enough, because every segment of it was seen.
pub(super) fn strip(input: &[u8]) -> Option<Stripped> {
    let mut at = 2;
    let mut bytes = Vec::with_capacity(input.len());
    bytes.extend_from_slice(input.strip_prefix(&[0xff, SOI]).map(|_| &[0xff, SOI])?);
    let mut exif_place = bytes.len();
    let mut orientation = None;
    loop {
        let code = marker(input, &mut at)?;
        match code {
            EOI => {
                bytes.extend_from_slice(&[0xff, EOI]);
                break;
            }
            // Restarts and TEM stand alone.
            0x01 | 0xd0..=0xd7 => {
                bytes.extend_from_slice(&[0xff, code]);
                continue;
            }
            0x00 | SOI => return None,
            _ => {}
        }
        let length = usize::from(u16::from_be_bytes(*input.get(at..)?.first_chunk()?));
        let segment = input.get(at..at + length)?;
        let body = segment.get(2..)?;
        at += length;
        if code == APP1 && body.starts_with(exif::PREFIX) {
            orientation = orientation.or_else(|| Orientation::read(body));
        }
        if draws(code, body) {
            bytes.extend_from_slice(&[0xff, code]);
            bytes.extend_from_slice(segment);
            if is_jfif(code, body) && exif_place == 2 {
                // JFIF wants to be first, and readers look for EXIF behind it.
                exif_place = bytes.len();
            }
        }
        if code == SOS {
            let end = scan_end(input, at);
            bytes.extend_from_slice(&input[at..end]);
            at = end;
            if at == input.len() {
                break;
            }
        }
    }
    if let Some(orientation) = orientation {
        bytes.splice(exif_place..exif_place, exif_segment(orientation));
    }
    Some(Stripped { bytes, orientation })
}

/// The code of the marker here, behind any number of fill bytes.
fn marker(input: &[u8], at: &mut usize) -> Option<u8> {
    let rest = input.get(*at..)?.strip_prefix(&[0xff])?;
    let fill = rest.iter().take_while(|byte| **byte == 0xff).count();
    let code = *rest.get(fill)?;
    *at += fill + 2;
    Some(code)
}

/// Whether a segment is needed to draw the picture.
fn draws(code: u8, body: &[u8]) -> bool {
    match code {
        // Frames, tables, scans and their numbers.
        0xc0..=0xcf | SOS..=0xdf => true,
        0xe0 => is_jfif(code, body),
        0xe2 => body.starts_with(b"ICC_PROFILE\0"),
        // Which way the colours are stored.
        0xee => body.starts_with(b"Adobe"),
        _ => false,
    }
}

fn is_jfif(code: u8, body: &[u8]) -> bool {
    code == 0xe0 && body.starts_with(b"JFIF\0")
}

/// Where the pixels that begin here end: at the next marker, or with the file.
fn scan_end(input: &[u8], start: usize) -> usize {
    let mut at = start;
    while let Some(found) = input[at..].iter().position(|byte| *byte == 0xff) {
        at += found;
        match input.get(at + 1) {
            // A stuffed zero and restarts are among the pixels.
            Some(0x00 | 0xd0..=0xd7) => at += 2,
            // A fill byte.
            Some(0xff) => at += 1,
            Some(_) => return at,
            None => return input.len(),
        }
    }
    input.len()
}

fn exif_segment(orientation: Orientation) -> Vec<u8> {
    let tiff = orientation.tiff();
    let mut segment = vec![0xff, APP1, 0, 2 + (exif::PREFIX.len() + tiff.len()) as u8];
    segment.extend_from_slice(exif::PREFIX);
    segment.extend_from_slice(&tiff);
    segment
}
