//! Props: small files that every person has at hand.

use std::collections::HashMap;

use bytes::Bytes;
use futures_util::stream;
use peyk_model::media::File;
use peyk_model::script::Prop;
use peyk_store::Fault;
use peyk_store::objects::Objects;

use crate::error::Result;
use crate::media::{Accept, receive};

/// Files that are stored, so that a verb can send them.
pub(super) type Props = HashMap<Prop, File>;

/// Stores what is wanted. Files are named by their hash, so each takes its place once.
pub(super) async fn at_hand(objects: &Objects, wanted: &[Prop]) -> Result<Props> {
    let mut props = HashMap::new();
    for prop in wanted {
        if !props.contains_key(prop) {
            props.insert(*prop, self::prop(objects, *prop).await?);
        }
    }
    Ok(props)
}

/// Stores one file that everybody has at hand.
pub async fn prop(objects: &Objects, prop: Prop) -> Result<File> {
    let (name, bytes) = contents(prop);
    let accept = Accept::Anything { max_bytes: bytes.len() };
    let bytes = stream::iter([Ok::<_, Fault>(Bytes::from_static(bytes))]);
    receive(objects, accept, name, bytes).await
}

fn contents(prop: Prop) -> (&'static str, &'static [u8]) {
    match prop {
        Prop::Photo => ("photo.png", include_bytes!("props/photo.png")),
        Prop::Voice => ("voice.ogg", include_bytes!("props/voice.ogg")),
        Prop::File => ("note.txt", include_bytes!("props/note.txt")),
    }
}
