//! Where objects are: a folder or a bucket, and what the two do differently.

use std::ffi::OsString;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use futures_util::TryStreamExt;
use object_store::aws::{AmazonS3Builder, AmazonS3ConfigKey};
use object_store::local::LocalFileSystem;
use object_store::path::Path;
use object_store::{ClientConfigKey, ObjectStore, ObjectStoreExt, RetryConfig};

use super::STAGING;
use crate::Fault;

/// How much is collected before it is written to a file, in bytes.
const FOLDER_PART_BYTES: usize = 512 * 1024;
/// How much is collected before it is sent to a bucket, in bytes: the least that S3 takes.
const BUCKET_PART_BYTES: usize = 5 * 1024 * 1024;
/// The region of stores that have none.
const DEFAULT_REGION: &str = "us-east-1";
/// How often a failing request to a bucket is tried again.
const RETRIES_MAX: usize = 3;
/// How long a failing request to a bucket is tried again.
const RETRY_TIMEOUT: Duration = Duration::from_secs(30);

/// A folder or a bucket.
#[derive(Debug, Clone)]
pub(super) enum Place {
    /// A folder of this machine.
    Folder { store: LocalFileSystem, root: PathBuf },
    /// The part of a bucket below a prefix.
    Bucket { store: Arc<dyn ObjectStore>, prefix: String },
}

impl Place {
    pub(super) fn open(
        location: &str,
        variables: impl IntoIterator<Item = (OsString, OsString)>,
    ) -> Result<Self, Fault> {
        match location.split_once("://") {
            Some(("s3", rest)) => open_bucket(rest, variables),
            Some((scheme, _)) => Err(Fault::Unusable(format!(
                "media cannot be stored at {scheme}://, use a folder or s3://bucket/prefix"
            ))),
            None if location.is_empty() => {
                Err(Fault::Unusable("the media location is empty, use a folder".into()))
            }
            None => open_folder(location),
        }
    }

    pub(super) fn store(&self) -> &dyn ObjectStore {
        match self {
            Self::Folder { store, .. } => store,
            Self::Bucket { store, .. } => store.as_ref(),
        }
    }

    /// How much an upload collects before it writes.
    pub(super) fn part_bytes(&self) -> usize {
        match self {
            Self::Folder { .. } => FOLDER_PART_BYTES,
            Self::Bucket { .. } => BUCKET_PART_BYTES,
        }
    }

    pub(super) fn object_path(&self, name: &str) -> Result<Path, Fault> {
        super::object_path(self.prefix(), name)
    }

    pub(super) fn staging_path(&self, name: &str) -> Path {
        Path::from(format!("{}/{STAGING}/{name}", self.prefix()))
    }

    /// Gives the bytes in staging their name, durably; the same bytes may have it already.
    pub(super) async fn publish(&self, staged: &Path, name: &str) -> Result<(), Fault> {
        let path = self.object_path(name)?;
        match self {
            // Even if the object exists: an equal upload may have moved it a moment ago without
            // having flushed its folders yet, and a rename replaces it by the same bytes.
            Self::Folder { store, root } => {
                store.rename(staged, &path).await?;
                sync_fan_out(root.clone(), name).await
            }
            Self::Bucket { store, .. } => {
                if !self.exists(&path).await? {
                    store.copy(staged, &path).await?;
                }
                // The object is safe; the next sweep will find what cannot be deleted now.
                if let Err(error) = store.delete(staged).await {
                    tracing::debug!(%staged, %error, "a staged object was left behind");
                }
                Ok(())
            }
        }
    }

    pub(super) async fn exists(&self, path: &Path) -> Result<bool, Fault> {
        match self.store().head(path).await {
            Ok(_) => Ok(true),
            Err(object_store::Error::NotFound { .. }) => Ok(false),
            Err(error) => Err(error.into()),
        }
    }

    pub(super) async fn sweep_staging(&self, older_than: Duration) -> Result<usize, Fault> {
        let Some(before) = SystemTime::now().checked_sub(older_than) else { return Ok(0) };
        match self {
            Self::Folder { root, .. } => {
                let staging = root.join(STAGING);
                blocking(move || {
                    sweep_folder(&staging, before)
                        .map_err(|error| io_fault("cannot be swept", &staging, error))
                })
                .await
            }
            Self::Bucket { store, .. } => {
                let mut swept = 0;
                let mut staged = store.list(Some(&self.staging_path("")));
                while let Some(object) = staged.try_next().await? {
                    if SystemTime::from(object.last_modified) < before {
                        store.delete(&object.location).await?;
                        swept += 1;
                    }
                }
                Ok(swept)
            }
        }
    }

    fn prefix(&self) -> &str {
        match self {
            Self::Folder { .. } => "",
            Self::Bucket { prefix, .. } => prefix,
        }
    }
}

fn open_folder(location: &str) -> Result<Place, Fault> {
    let folder = std::path::Path::new(location);
    std::fs::create_dir_all(folder.join(STAGING))
        .map_err(|error| io_fault("cannot be created", folder, error))?;
    let root =
        folder.canonicalize().map_err(|error| io_fault("cannot be opened", folder, error))?;
    sync_folder(&root)?;
    let store = LocalFileSystem::new_with_prefix(&root)?.with_fsync(true);
    Ok(Place::Folder { store, root })
}

fn open_bucket(
    rest: &str,
    variables: impl IntoIterator<Item = (OsString, OsString)>,
) -> Result<Place, Fault> {
    let (bucket, prefix) = rest.split_once('/').unwrap_or((rest, ""));
    if bucket.is_empty() {
        return Err(Fault::Unusable("the media location names no bucket".into()));
    }
    // Other characters would be encoded twice on their way to some stores.
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "/-_.".contains(c);
    if !prefix.chars().all(is_plain) {
        return Err(Fault::Unusable(format!(
            "the prefix {prefix:?} must be of ASCII letters, digits, '/', '-', '_' and '.'"
        )));
    }
    let store = bucket_builder(bucket, variables).build()?;
    Ok(Place::Bucket { store: Arc::new(store), prefix: prefix.trim_matches('/').to_owned() })
}

fn bucket_builder(
    bucket: &str,
    variables: impl IntoIterator<Item = (OsString, OsString)>,
) -> AmazonS3Builder {
    let mut builder =
        AmazonS3Builder::new().with_virtual_hosted_style_request(false).with_retry(RetryConfig {
            max_retries: RETRIES_MAX,
            retry_timeout: RETRY_TIMEOUT,
            ..RetryConfig::default()
        });
    for (key, value) in variables {
        let (Some(key), Some(value)) = (key.to_str(), value.to_str()) else { continue };
        if key.starts_with("AWS_")
            && let Ok(key) = key.to_ascii_lowercase().parse::<AmazonS3ConfigKey>()
        {
            builder = builder.with_config(key, value);
        }
    }
    let value = |key| builder.get_config_value(&key).filter(|value| !value.is_empty());
    let region = value(AmazonS3ConfigKey::Region).or(value(AmazonS3ConfigKey::DefaultRegion));
    let endpoint = value(AmazonS3ConfigKey::S3Endpoint).or(value(AmazonS3ConfigKey::Endpoint));
    let plain = value(AmazonS3ConfigKey::Client(ClientConfigKey::AllowHttp));
    let allow_http = plain.is_some_and(|word| word == "true" || word == "1")
        || endpoint.is_some_and(|endpoint| is_loopback(&endpoint));
    builder
        .with_region(region.unwrap_or_else(|| DEFAULT_REGION.to_owned()))
        .with_allow_http(allow_http)
        .with_bucket_name(bucket)
}

/// Whether an endpoint is this machine, to which secrets may travel in the open.
fn is_loopback(endpoint: &str) -> bool {
    let Some(rest) = endpoint.strip_prefix("http://") else { return false };
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    if authority.contains('@') {
        return false;
    }
    let host = match authority.strip_prefix('[') {
        Some(rest) => rest.split(']').next().unwrap_or_default(),
        None => authority.split(':').next().unwrap_or_default(),
    };
    host == "localhost"
        || host.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
}

fn sweep_folder(staging: &std::path::Path, before: SystemTime) -> std::io::Result<usize> {
    let mut swept = 0;
    // Read here because `object_store` hides the files that it has not finished.
    for entry in std::fs::read_dir(staging)? {
        let entry = entry?;
        let removed = entry.metadata().and_then(|metadata| {
            let is_old = metadata.is_file() && metadata.modified()? < before;
            if is_old {
                std::fs::remove_file(entry.path())?;
            }
            Ok(is_old)
        });
        match removed {
            Ok(is_old) => swept += usize::from(is_old),
            // Its upload ended meanwhile.
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
            Err(error) => return Err(error),
        }
    }
    Ok(swept)
}

/// Flushes the folders above an object: an equal or neighbouring upload may have created them a
/// moment ago, and then a rename flushes the lowest only.
async fn sync_fan_out(root: PathBuf, name: &str) -> Result<(), Fault> {
    let first = root.join(&name[..2]);
    blocking(move || {
        sync_folder(&first)?;
        sync_folder(&root)
    })
    .await
}

fn sync_folder(folder: &std::path::Path) -> Result<(), Fault> {
    #[cfg(unix)]
    std::fs::File::open(folder)
        .and_then(|file| file.sync_all())
        .map_err(|error| io_fault("cannot be flushed", folder, error))?;
    #[cfg(not(unix))]
    let _ = folder;
    Ok(())
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Fault> + Send + 'static,
) -> Result<T, Fault> {
    match tokio::task::spawn_blocking(work).await {
        Ok(result) => result,
        Err(error) if error.is_panic() => Err(Fault::Panic(error.to_string())),
        Err(_) => Err(Fault::Closed),
    }
}

fn io_fault(what: &str, path: &std::path::Path, error: std::io::Error) -> Fault {
    Fault::Io(format!("{} {what}", path.display()), error)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn builder(variables: &[(&str, &str)]) -> AmazonS3Builder {
        bucket_builder("media", variables.iter().map(|(k, v)| (k.into(), v.into())))
    }

    #[test]
    fn a_bucket_has_a_region_a_path_style_and_the_endpoint_of_the_environment() {
        let plain = builder(&[]);
        let region = AmazonS3ConfigKey::Region;
        assert_eq!(plain.get_config_value(&region).as_deref(), Some("us-east-1"));
        let style = AmazonS3ConfigKey::VirtualHostedStyleRequest;
        assert_eq!(plain.get_config_value(&style).as_deref(), Some("false"));

        let garage = builder(&[
            ("AWS_ENDPOINT", "http://127.0.0.1:3900"),
            ("AWS_REGION", "garage"),
            ("AWS_ACCESS_KEY_ID", "key"),
            ("AWS_SECRET_ACCESS_KEY", "secret"),
            ("HOME", "/root"),
        ]);
        assert_eq!(garage.get_config_value(&region).as_deref(), Some("garage"));
        let endpoint = AmazonS3ConfigKey::Endpoint;
        assert_eq!(garage.get_config_value(&endpoint).as_deref(), Some("http://127.0.0.1:3900"));
        let bucket = AmazonS3ConfigKey::Bucket;
        assert_eq!(garage.get_config_value(&bucket).as_deref(), Some("media"));
    }

    #[test]
    fn only_this_machine_is_spoken_to_in_the_open_unasked() {
        let allows = |variables: &[(&str, &str)]| {
            let key = AmazonS3ConfigKey::Client(ClientConfigKey::AllowHttp);
            builder(variables).get_config_value(&key).as_deref() == Some("true")
        };
        for endpoint in ["http://127.0.0.1:9000", "http://localhost:9000/", "http://[::1]:9000"] {
            assert!(allows(&[("AWS_ENDPOINT_URL_S3", endpoint)]), "{endpoint}");
        }
        for endpoint in ["http://minio:9000", "http://localhost@evil.example", "https://127.0.0.1"]
        {
            assert!(!allows(&[("AWS_ENDPOINT", endpoint)]), "{endpoint}");
        }
        assert!(allows(&[("AWS_ENDPOINT", "http://minio:9000"), ("AWS_ALLOW_HTTP", "true")]));
        assert!(!allows(&[]));
    }
}
