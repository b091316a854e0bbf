//! Bringing a World in with all that is no row, and out again: bytes of files, and the clock.

use std::sync::Arc;

use bytes::{Bytes, BytesMut};
use futures_util::TryStreamExt;
use peyk_model::limits::WORLD_MEDIA_MAX_BYTES;
use peyk_model::{Noun, Refusal};
use peyk_store::objects::Objects;

use super::{Secrets, World, export_world, load_world};
use crate::Engine;
use crate::clock::restore_clock;
use crate::error::Result;

/// Makes everything in a World exist beside what is there, and puts the clock where it says.
pub async fn bring_world(engine: &Engine, world: Arc<World>) -> Result<()> {
    keep_files(engine.objects(), &world).await?;
    engine.write(move |context| load_world(context, &world)).await?;
    restore_clock(engine).await?;
    Ok(())
}

/// Stores the bytes that a World carries, and refuses files whose bytes are nowhere.
pub async fn keep_files(objects: &Objects, world: &World) -> Result<()> {
    for media in &world.exact.media {
        match &media.bytes {
            Some(bytes) => {
                let mut upload = objects.begin().await?;
                upload.write(bytes.clone()).await?;
                upload.finish().await?;
            }
            None if objects.read(&media.file.object, None).await.is_err() => {
                let what = format!("{} (its bytes are not in this server's media)", media.link);
                return Err(Refusal::not_found(Noun::Media, what).into());
            }
            None => {}
        }
    }
    Ok(())
}

/// Everything that is here, with the bytes of small files.
pub async fn export_with_files(engine: &Engine, secrets: Secrets) -> Result<World> {
    let mut world = engine.read(move |context| export_world(context, secrets)).await?;
    for media in &mut world.exact.media {
        if media.file.size_bytes <= WORLD_MEDIA_MAX_BYTES {
            media.bytes = Some(bytes_of(engine.objects(), &media.file.object).await?);
        }
    }
    Ok(world)
}

async fn bytes_of(objects: &Objects, name: &str) -> Result<Bytes> {
    let (_, mut pieces) = objects.read(name, None).await?;
    let mut bytes = BytesMut::new();
    while let Some(piece) = pieces.try_next().await? {
        bytes.extend_from_slice(&piece);
    }
    Ok(bytes.freeze())
}
