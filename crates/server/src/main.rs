//! The `peyk` binary.

use std::process::ExitCode;

/// Answers are made on one thread and let go on another, which the system's allocator makes wait.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    peyk_server::command::run()
}
