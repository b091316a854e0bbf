//! GIF: keeps what draws the picture and drops what tells about it.

use super::strip::Stripped;

/// Signature, size, flags, background and aspect.
const HEADER_BYTES: usize = 13;
/// Place, size and flags of one frame, with the byte that announces it.
const FRAME_BYTES: usize = 10;

/// The picture without metadata, or nothing if this is not a whole GIF.
pub(super) fn strip(input: &[u8]) -> Option<Stripped> {
    if !input.starts_with(b"GIF87a") && !input.starts_with(b"GIF89a") {
        return None;
    }
    let mut at = HEADER_BYTES + palette_bytes(*input.get(10)?);
    let mut bytes = Vec::with_capacity(input.len());
    bytes.extend_from_slice(input.get(..at)?);
    // Many GIFs end without their last byte.
    while let Some(block) = input.get(at) {
        let start = at;
        let keeps = match block {
            b';' => {
                bytes.push(b';');
                break;
            }
            b',' => {
                let palette = palette_bytes(*input.get(at + FRAME_BYTES - 1)?);
                // One more byte says how wide the codes of the pixels are.
                at = blocks_end(input, at + FRAME_BYTES + palette + 1)?;
                true
            }
            b'!' => {
                let label = *input.get(at + 1)?;
                at = blocks_end(input, at + 2)?;
                draws(label, input.get(start + 2..at)?)
            }
            _ => return None,
        };
        if keeps {
            bytes.extend_from_slice(input.get(start..at)?);
        }
    }
    Some(Stripped { bytes, orientation: None })
}

/// Whether an extension is needed to draw the picture: timing, plain text, loops and colours.
fn draws(label: u8, body: &[u8]) -> bool {
    const LOOPS: &[u8] = b"\x0bNETSCAPE2.0";
    const LOOPS_TOO: &[u8] = b"\x0bANIMEXTS1.0";
    const COLOURS: &[u8] = b"\x0bICCRGBG1012";
    match label {
        0xf9 | 0x01 => true,
        0xff => [LOOPS, LOOPS_TOO, COLOURS].iter().any(|known| body.starts_with(known)),
        _ => false,
    }
}

fn palette_bytes(flags: u8) -> usize {
    if flags & 0x80 == 0 { 0 } else { 3 << ((flags & 7) + 1) }
}

/// Where a row of blocks that begins here ends, behind the empty one that closes it.
fn blocks_end(input: &[u8], mut at: usize) -> Option<usize> {
    loop {
        let length = usize::from(*input.get(at)?);
        at += 1 + length;
        if length == 0 {
            return Some(at);
        }
    }
}
