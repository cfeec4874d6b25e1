//! One number for a set of files, so that work is done again only when what it reads has changed.

use anyhow::{Context, Result};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};

/// Names and contents of `parts` (files or folders below `root`), missing ones included as missing.
/// Contents, not times: a checkout gives every file a new time.
pub(crate) fn of(root: &Path, parts: &[&str]) -> Result<String> {
    let mut hasher = DefaultHasher::new();
    for part in parts {
        for file in files_below(&root.join(part))? {
            file.strip_prefix(root).unwrap_or(&file).hash(&mut hasher);
            let content = std::fs::read(&file);
            content.with_context(|| format!("cannot read {}", file.display()))?.hash(&mut hasher);
        }
    }
    Ok(format!("{:016x}", hasher.finish()))
}

/// Every file at or below `path`, sorted; none when it does not exist.
pub(crate) fn files_below(path: &Path) -> Result<Vec<PathBuf>> {
    if path.is_file() {
        return Ok(vec![path.to_path_buf()]);
    }
    if !path.is_dir() {
        return Ok(Vec::new());
    }
    let entries =
        std::fs::read_dir(path).with_context(|| format!("cannot list {}", path.display()));
    let mut children = Vec::new();
    for entry in entries? {
        children.push(entry?.path());
    }
    children.sort();
    let mut files = Vec::new();
    for child in children {
        files.extend(files_below(&child)?);
    }
    Ok(files)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changes_with_a_name_or_a_content_and_only_then() {
        let root = std::env::temp_dir().join(format!("xtask-fingerprint-{}", std::process::id()));
        std::fs::create_dir_all(root.join("src")).unwrap();
        let now = || of(&root, &["src", "absent"]).unwrap();
        let empty = now();
        std::fs::write(root.join("src/a"), "1").unwrap();
        let first = now();
        std::fs::write(root.join("src/a"), "2").unwrap();
        let changed = now();
        std::fs::rename(root.join("src/a"), root.join("src/b")).unwrap();
        let renamed = now();
        std::fs::rename(root.join("src/b"), root.join("src/a")).unwrap();
        std::fs::write(root.join("src/a"), "1").unwrap();
        let back = now();
        std::fs::remove_dir_all(&root).unwrap();
        assert_eq!(first, back);
        assert_ne!(empty, first);
        assert_ne!(first, changed);
        assert_ne!(changed, renamed);
    }
}
