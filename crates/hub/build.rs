//! Puts the built dashboard where the crate embeds it from. Never runs npm: `cargo xtask build`
//! does, before this.

use std::path::{Path, PathBuf};
use std::{env, fs, io, process};

const PLACEHOLDER: &str = "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\
    <title>Topmast</title></head><body><h1>Topmast</h1><p>This debug build was made without the \
    dashboard. <code>cargo xtask build</code> makes one with it. The API is complete.</p>\
    </body></html>\n";

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rerun-if-env-changed=TOPMAST_WEB_DIST");
    let target = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets it")).join("web");
    let dist = env::var_os("TOPMAST_WEB_DIST").map_or_else(default_dist, PathBuf::from);
    if let Err(error) = prepare(&dist, &target) {
        println!("cargo::error=cannot embed the dashboard from {}: {error}", dist.display());
        process::exit(1);
    }
    println!("cargo:rustc-env=TOPMAST_WEB_EMBEDDED={}", target.display());
}

fn default_dist() -> PathBuf {
    let manifest = env::var_os("CARGO_MANIFEST_DIR").expect("cargo sets it");
    PathBuf::from(manifest).join("../../web/dist")
}

fn prepare(dist: &Path, target: &Path) -> io::Result<()> {
    if target.exists() {
        fs::remove_dir_all(target)?;
    }
    fs::create_dir_all(target)?;
    if dist.join("index.html").is_file() {
        println!("cargo:rerun-if-changed={}", dist.display());
        return copy(dist, target);
    }
    if env::var("PROFILE").is_ok_and(|profile| profile == "release") {
        return Err(io::Error::other("it is not there; run `cargo xtask build`"));
    }
    println!("cargo:warning=no built dashboard: a placeholder page is embedded");
    fs::write(target.join("index.html"), PLACEHOLDER)
}

fn copy(from: &Path, to: &Path) -> io::Result<()> {
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            fs::create_dir_all(&target)?;
            copy(&entry.path(), &target)?;
        } else {
            fs::copy(entry.path(), target)?;
        }
    }
    Ok(())
}
