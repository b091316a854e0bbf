//! Bringing a World in with all that is no row, and out again: bytes of files, and the clock.

use std::collections::BTreeMap;
use std::sync::Arc;

use bytes::Bytes;
use peyk_model::Refusal;
use peyk_model::limits::WORLD_MEDIA_MAX_BYTES;
use peyk_model::script::{Act, Source};
use peyk_store::objects::Objects;

use super::{Secrets, World, export_world, load_world};
use crate::Engine;
use crate::clock::restore_clock;
use crate::error::Result;
use crate::scripts::{bytes_of, own};

/// Makes everything in a World exist beside what is there, and puts the clock where it says.
pub async fn bring_world(engine: &Engine, world: Arc<World>) -> Result<()> {
    keep_files(engine.objects(), &world).await?;
    engine.write(move |context| load_world(context, &world)).await?;
    restore_clock(engine).await?;
    Ok(())
}

/// Stores the bytes that a World carries, and refuses files whose bytes are nowhere.
pub async fn keep_files(objects: &Objects, world: &World) -> Result<()> {
    let media = world.exact.media.iter();
    let media = media.map(|media| (&media.link, &media.file.object, &media.bytes));
    let of_scripts = world.exact.script_files.iter();
    let of_scripts = of_scripts.map(|(object, bytes)| (object, object, bytes));
    for (name, object, bytes) in media.chain(of_scripts) {
        match bytes {
            Some(bytes) => keep(objects, bytes.clone()).await?,
            None if objects.read(object, None).await.is_err() => {
                return Err(Refusal::WorldFileMissing(name.clone()).into());
            }
            None => {}
        }
    }
    Ok(())
}

async fn keep(objects: &Objects, bytes: Bytes) -> Result<()> {
    let mut upload = objects.begin().await?;
    upload.write(bytes).await?;
    upload.finish().await?;
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
    let World { scripts, exact, .. } = &mut world;
    let steps = scripts.iter_mut().flat_map(|each| &mut each.script.steps);
    for step in steps {
        if let Act::Send(source) = &mut step.act {
            carry(engine.objects(), source, &mut exact.script_files).await?;
        }
    }
    Ok(world)
}

/// Takes a script's own file along. One that cannot be read any more stays a name.
async fn carry(
    objects: &Objects,
    source: &mut Source,
    files: &mut BTreeMap<String, Option<Bytes>>,
) -> Result<()> {
    let bytes = match source {
        Source::Prop(_) => return Ok(()),
        Source::Path(path) => {
            let Some((name, bytes)) = own(path).await else { return Ok(()) };
            let object = blake3::hash(&bytes).to_hex().to_string();
            *source = Source::Kept { name, object };
            bytes
        }
        Source::Kept { object, .. } => match bytes_of(objects, object).await {
            Ok(bytes) => bytes,
            Err(_) => return Ok(()),
        },
    };
    let Source::Kept { object, .. } = source else { return Ok(()) };
    let is_small = i64::try_from(bytes.len()).is_ok_and(|size| size <= WORLD_MEDIA_MAX_BYTES);
    if !is_small {
        // Whoever loads the World finds it in the media folder, as every large file.
        keep(objects, bytes.clone()).await?;
    }
    files.insert(object.clone(), is_small.then_some(bytes));
    Ok(())
}
