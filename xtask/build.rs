//! Tells xtask for which target it is built: what it builds with other flags is for the same.

fn main() {
    let triple = std::env::var("TARGET").unwrap_or_default();
    println!("cargo:rustc-env=XTASK_TRIPLE={triple}");
    println!("cargo:rerun-if-changed=build.rs");
}
