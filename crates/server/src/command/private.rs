//! Files that only their owner can read.

use std::fs::{File, OpenOptions, Permissions};
use std::io;
use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _};
use std::path::Path;

const PRIVATE: u32 = 0o600;

/// Makes a file; one that is there is only emptied if its place may be taken.
pub fn create(path: &Path, force: bool) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).mode(PRIVATE);
    if force {
        options.create(true).truncate(true);
    } else {
        options.create_new(true);
    }
    let file = options.open(path)?;
    // One that was there keeps the permissions that it had.
    file.set_permissions(Permissions::from_mode(PRIVATE))?;
    Ok(file)
}
