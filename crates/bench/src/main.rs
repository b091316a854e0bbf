//! Measures a Peyk server, always beside a baseline in the same run.
//!
//! Other work on the same machine moves every number, so server and baseline take turns, each pair
//! of turns gives one ratio, and the median of the ratios is what counts. This crate must not be
//! needed by anything: it may reach into the engine, and its baseline has SQL of its own.

mod auth;
mod bare_route;
mod bare_writer;
mod binary;
mod client;
mod console;
mod deliver;
mod fixture;
mod load;
mod machine;
mod memory;
mod options;
mod reads;
mod receiver;
mod retries;
mod sandboxes;
mod sends;
mod snapshots;
mod start;
mod stats;
mod wire;

use options::{Options, What};

/// The one of the `peyk` binary, for baselines as well.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> anyhow::Result<()> {
    let options = Options::from_arguments(std::env::args().skip(1))?;
    std::fs::create_dir_all(&options.folder)?;
    machine::describe(&options.folder)?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    for what in &options.what {
        println!("\n## {}", what.word());
        runtime.block_on(async {
            match what {
                What::Sends => sends::measure(&options).await,
                What::Reads => reads::measure(&options).await,
                What::Start => start::measure(&options).await,
                What::Memory => memory::measure(&options).await,
                What::Streams => memory::streams(&options).await,
                What::Deliver => deliver::measure(&options).await,
                What::Auth => auth::measure(&options).await,
                What::Snapshots => snapshots::measure(&options).await,
                What::Retries => retries::measure(&options).await,
                What::Sandboxes => sandboxes::measure(&options).await,
                What::Client => client::measure(&options).await,
                What::Console => console::measure(&options).await,
            }
        })?;
    }
    Ok(())
}
