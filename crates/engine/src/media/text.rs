//! Whether a stream of bytes is text, told without keeping it.

/// The longest beginning of a character that can wait for its end.
const PENDING_MAX: usize = 3;

/// Watches bytes go by and knows whether they were UTF-8 text so far.
#[derive(Debug)]
pub(super) struct TextWatch {
    pending: Vec<u8>,
    broken: bool,
}

impl TextWatch {
    pub(super) fn new() -> Self {
        Self { pending: Vec::with_capacity(PENDING_MAX), broken: false }
    }

    /// Looks at the next bytes.
    pub(super) fn see(&mut self, mut bytes: &[u8]) {
        // The end of a character that the last bytes began.
        while !self.broken && !self.pending.is_empty() {
            let Some((next, rest)) = bytes.split_first() else { return };
            bytes = rest;
            self.pending.push(*next);
            let pending = std::mem::take(&mut self.pending);
            self.check(&pending);
        }
        self.check(bytes);
    }

    /// Whether all of it was text, down to the last character.
    pub(super) fn is_text(&self) -> bool {
        !self.broken && self.pending.is_empty()
    }

    fn check(&mut self, bytes: &[u8]) {
        if self.broken {
            return;
        }
        let valid = match std::str::from_utf8(bytes) {
            Ok(_) => bytes,
            Err(error) if error.error_len().is_none() => {
                let (valid, begun) = bytes.split_at(error.valid_up_to());
                self.pending.extend_from_slice(begun);
                valid
            }
            Err(_) => {
                self.broken = true;
                return;
            }
        };
        // Text has line ends, tabs, page ends and colours, but no other controls.
        self.broken = valid
            .iter()
            .any(|byte| matches!(byte, 0..=8 | 0x0b | 0x0e..=0x1a | 0x1c..=0x1f | 0x7f));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_text(pieces: &[&[u8]]) -> bool {
        let mut watch = TextWatch::new();
        pieces.iter().for_each(|piece| watch.see(piece));
        watch.is_text()
    }

    #[test]
    fn text_is_text_however_it_is_cut() {
        let text = "دوچرخه\r\n\tвелосипед 🚲".as_bytes();
        for size in 1..text.len() {
            assert!(is_text(&text.chunks(size).collect::<Vec<_>>()), "{size}");
        }
    }

    #[test]
    fn bytes_are_not_text() {
        for bytes in [&b"a\0b"[..], b"\xff\xfe", b"a\x80", b"\x7fELF", "و".as_bytes().split_at(1).0]
        {
            assert!(!is_text(&[bytes]), "{bytes:?}");
            assert!(!is_text(&bytes.chunks(1).collect::<Vec<_>>()), "{bytes:?}");
        }
        assert!(!is_text(&[b"\xd8", b"a"]));
    }
}
