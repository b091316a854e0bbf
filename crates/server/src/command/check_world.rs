//! `peyk check-world FILE`: every mistake of a World file.

use std::path::Path;

use anyhow::{Context as _, bail};
use peyk_engine::world::World;

use crate::world_file;

/// Says that the file is fine, or fails with all its mistakes.
pub fn check_world(file: &Path) -> anyhow::Result<()> {
    let World { people, apps, businesses, conversations, .. } = read_world(file)?;
    println!(
        "{}: {} people, {} apps, {} businesses, {} conversations, no mistakes",
        file.display(),
        people.len(),
        apps.len(),
        businesses.len(),
        conversations.len()
    );
    Ok(())
}

/// Reads a World file.
pub fn read_world(file: &Path) -> anyhow::Result<World> {
    let name = file.display().to_string();
    let text = std::fs::read_to_string(file).with_context(|| format!("{name} cannot be read"))?;
    let folder = std::path::absolute(file)?.parent().map(Path::to_owned).unwrap_or_default();
    world_file::parse_beside(&folder, &name, &text).or_else(|mistakes| {
        let lines: Vec<_> = mistakes.iter().map(ToString::to_string).collect();
        bail!("{name} cannot be used:\n{}", lines.join("\n"))
    })
}
