//! UUIDs as text, made from bytes that somebody else drew.

use crate::MessageId;

/// A version 4 UUID from sixteen random bytes.
pub fn random(mut bytes: [u8; 16]) -> String {
    bytes[6] = (bytes[6] & 0x0f) | 0x40;
    bytes[8] = (bytes[8] & 0x3f) | 0x80;
    hyphenated(bytes)
}

/// The version 1 UUID that stands for a message wherever ids are UUIDs.
///
/// Its clock is the message id read as microseconds, so it is as unique as the id and sorts with
/// it by time. The node has the multicast bit, as RFC 9562 asks of a node that is no network card.
pub fn of_message(id: MessageId) -> String {
    const GREGORIAN_EPOCH_TICKS: u64 = 0x01b2_1dd2_1381_4000;
    const NODE: [u8; 6] = *b"\x05peyk\x00";
    let ticks = u64::try_from(id.0).unwrap_or(0) * 10 + GREGORIAN_EPOCH_TICKS;
    let mut bytes = [0; 16];
    bytes[..4].copy_from_slice(&ticks.to_be_bytes()[4..]);
    bytes[4..6].copy_from_slice(&ticks.to_be_bytes()[2..4]);
    bytes[6..8].copy_from_slice(&ticks.to_be_bytes()[..2]);
    bytes[6] = (bytes[6] & 0x0f) | 0x10;
    bytes[8] = 0x80;
    bytes[10..].copy_from_slice(&NODE);
    hyphenated(bytes)
}

fn hyphenated(bytes: [u8; 16]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digit = |four_bits: u8| char::from(DIGITS[usize::from(four_bits)]);
    let mut text = String::with_capacity(36);
    for (index, byte) in bytes.iter().enumerate() {
        if matches!(index, 4 | 6 | 8 | 10) {
            text.push('-');
        }
        text.push(digit(byte >> 4));
        text.push(digit(byte & 0x0f));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_uuid_carries_the_microsecond_of_its_id() {
        // 2025-07-16T10:41:42.648410Z, in the layout of RFC 9562 section 5.1.
        let uuid = of_message(MessageId(1_752_662_502_648_410));
        let low = u64::from_str_radix(&uuid[..8], 16).unwrap();
        let mid = u64::from_str_radix(&uuid[9..13], 16).unwrap();
        let high = u64::from_str_radix(&uuid[15..18], 16).unwrap();
        let ticks = high << 48 | mid << 32 | low;
        assert_eq!((ticks - 0x01b2_1dd2_1381_4000) / 10, 1_752_662_502_648_410);
        assert_eq!(&uuid[14..15], "1");
    }

    #[test]
    fn a_random_uuid_has_version_and_variant() {
        assert_eq!(random([0xff; 16]), "ffffffff-ffff-4fff-bfff-ffffffffffff");
    }
}
