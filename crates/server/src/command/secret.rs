//! The server's secret: from the environment, or from a file that only its owner can read.
//!
//! Ids, links and cursors are signed with it, so it has to stay the same, and servers that share a
//! database share it.

use std::io::Write;
use std::path::Path;

use anyhow::{Context as _, bail};
use peyk_engine::Dice;

/// The variable that holds it.
pub const VARIABLE: &str = "PEYK_SECRET";
const FILE: &str = "secret";
const MIN_BYTES: usize = 16;

/// The secret of the server with this data folder; the first time, one is made.
pub fn secret(data: &Path) -> anyhow::Result<Vec<u8>> {
    if let Some(secret) = std::env::var_os(VARIABLE) {
        return checked(secret.into_encoded_bytes(), VARIABLE);
    }
    let path = data.join(FILE);
    let name = path.display().to_string();
    match std::fs::read(&path) {
        Ok(secret) => checked(secret, &name),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            make(data, &path).with_context(|| format!("{name} cannot be written"))?;
            let secret = std::fs::read(&path);
            checked(secret.with_context(|| format!("{name} cannot be read"))?, &name)
        }
        Err(error) => Err(error).with_context(|| format!("{name} cannot be read")),
    }
}

fn checked(secret: Vec<u8>, place: &str) -> anyhow::Result<Vec<u8>> {
    let secret = secret.trim_ascii();
    if secret.len() < MIN_BYTES {
        bail!("the secret in {place} is shorter than {MIN_BYTES} bytes");
    }
    Ok(secret.to_vec())
}

/// Makes a secret beside and gives it its name, unless another server was first: so a crash leaves
/// a whole secret or none, and servers that start together have the same.
fn make(data: &Path, path: &Path) -> std::io::Result<()> {
    let unfinished = path.with_extension(std::process::id().to_string());
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(&unfinished)?;
    writeln!(file, "{}", Dice::unpredictable().word())?;
    file.sync_all()?;
    let linked = std::fs::hard_link(&unfinished, path);
    std::fs::remove_file(&unfinished)?;
    match linked {
        Err(error) if error.kind() != std::io::ErrorKind::AlreadyExists => return Err(error),
        Ok(()) | Err(_) => {}
    }
    std::fs::File::open(data)?.sync_all()
}
