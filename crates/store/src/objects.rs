//! Bytes of media.
