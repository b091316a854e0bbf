//! What the machine is like, and what it costs to be sure that bytes are on the disk.

use std::io::Write as _;
use std::path::Path;
use std::time::{Duration, Instant};

use crate::stats::{Load, millis};

/// Prints what the numbers were measured on.
pub fn describe(folder: &Path) -> anyhow::Result<()> {
    let kernel = read("/proc/sys/kernel/osrelease");
    let model = read("/proc/cpuinfo");
    let model = model.lines().find_map(|line| line.strip_prefix("model name")).unwrap_or_default();
    let cores = std::thread::available_parallelism()?;
    println!("{cores} cores, {}, Linux {kernel}", model.trim_start_matches([' ', '\t', ':']));
    println!("load average {}", read("/proc/loadavg"));
    let syncs = fsyncs(folder)?;
    println!(
        "4 KiB appended and fsynced: p50 {:.2} ms, p99 {:.2} ms",
        millis(syncs.quantile(0.5)),
        millis(syncs.quantile(0.99))
    );
    Ok(())
}

fn read(path: &str) -> String {
    std::fs::read_to_string(path).unwrap_or_default().trim().to_owned()
}

fn fsyncs(folder: &Path) -> std::io::Result<Load> {
    let path = folder.join("fsync");
    let mut file = std::fs::File::create(&path)?;
    let mut took = Vec::new();
    for _ in 0..300 {
        let began = Instant::now();
        file.write_all(&[7; 4096])?;
        file.sync_data()?;
        took.push(began.elapsed());
    }
    std::fs::remove_file(path)?;
    let all: Duration = took.iter().sum();
    Ok(Load::new(took, all))
}
