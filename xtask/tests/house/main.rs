//! Holds the repository to what ARCHITECTURE.md and STYLE.md say of it.
#![allow(clippy::unwrap_used, reason = "a test that cannot read the repository fails loudly")]

mod rooms;
mod sources;
mod table;

use std::path::PathBuf;

/// The top of the checkout.
fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_path_buf()
}

fn architecture() -> String {
    std::fs::read_to_string(root().join("ARCHITECTURE.md")).unwrap()
}
