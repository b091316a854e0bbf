//! Props: small files that every person has at hand, and files from the folder of a World file.

use std::collections::HashMap;

use bytes::{Bytes, BytesMut};
use futures_util::{TryStreamExt, stream};
use peyk_model::MediaKind;
use peyk_model::media::File;
use peyk_model::script::{Prop, Source};
use peyk_store::Fault;
use peyk_store::objects::Objects;

use crate::error::{Error, Result};
use crate::media::{Accept, receive};

/// Files that are stored, so that a verb can send them, or why they are not.
pub(super) type Props = HashMap<Source, Result<File, String>>;

/// Stores what is wanted. Files are named by their hash, so each takes its place once.
pub(super) async fn at_hand(objects: &Objects, wanted: &[Source]) -> Result<Props> {
    let mut props = HashMap::new();
    for source in wanted {
        if props.contains_key(source) {
            continue;
        }
        let stored = match source {
            Source::Prop(prop) => self::prop(objects, *prop).await,
            Source::Path(path) => match own(path).await {
                Some((name, bytes)) => store(objects, &name, bytes).await,
                None => {
                    props.insert(source.clone(), Err(format!("{path} cannot be read")));
                    continue;
                }
            },
            Source::Kept { name, object } => match bytes_of(objects, object).await {
                Ok(bytes) => store(objects, name, bytes).await,
                Err(_) => {
                    let why = format!("{name}: its bytes are not in this server's media");
                    props.insert(source.clone(), Err(why));
                    continue;
                }
            },
        };
        let stored = match stored {
            Ok(file) => Ok(file),
            Err(Error::Refused(refusal)) => Err(refusal.to_string()),
            Err(broken @ Error::Broken(_)) => return Err(broken),
        };
        props.insert(source.clone(), stored);
    }
    Ok(props)
}

/// Stores one file that everybody has at hand.
pub async fn prop(objects: &Objects, prop: Prop) -> Result<File> {
    let (name, bytes) = contents(prop);
    store(objects, name, Bytes::from_static(bytes)).await
}

/// The bytes of an object.
pub(crate) async fn bytes_of(objects: &Objects, name: &str) -> Result<Bytes> {
    let (_, mut pieces) = objects.read(name, None).await?;
    let mut bytes = BytesMut::new();
    while let Some(piece) = pieces.try_next().await? {
        bytes.extend_from_slice(&piece);
    }
    Ok(bytes.freeze())
}

/// A file of this machine, by its name and its bytes. It may have gone since the World was loaded.
pub(crate) async fn own(path: &str) -> Option<(String, Bytes)> {
    let path = std::path::PathBuf::from(path);
    let name = path.file_name()?.to_str()?.to_owned();
    let read = tokio::task::spawn_blocking(move || {
        let max_bytes = MediaKind::Video.max_bytes() as u64;
        let is_small = std::fs::metadata(&path).is_ok_and(|file| file.len() <= max_bytes);
        if is_small { std::fs::read(&path).ok() } else { None }
    });
    Some((name, read.await.ok()??.into()))
}

async fn store(objects: &Objects, name: &str, bytes: Bytes) -> Result<File> {
    let accept = Accept::Anything { max_bytes: bytes.len() };
    receive(objects, accept, name, stream::iter([Ok::<_, Fault>(bytes)])).await
}

fn contents(prop: Prop) -> (&'static str, &'static [u8]) {
    match prop {
        Prop::Photo => ("photo.png", include_bytes!("props/photo.png")),
        Prop::Voice => ("voice.ogg", include_bytes!("props/voice.ogg")),
        Prop::Video => ("video.mp4", include_bytes!("props/video.mp4")),
        Prop::File => ("note.txt", include_bytes!("props/note.txt")),
    }
}
