//! The `peyk` binary.

use std::process::ExitCode;

fn main() -> ExitCode {
    peyk_server::command::run()
}
