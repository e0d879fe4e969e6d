//! A revision → its files in a folder, so that it can be analysed like any other.
//!
//! Only regular files are written, none larger than what is read, below a folder of the caller's; a name that would
//! lead out of it is left out. Nothing is run, no filter and no hook.

use super::git::{self, entries, object};
use super::limits::{MAX_FILE, MAX_TOTAL};
use super::modules::join;
use crate::Error;
use std::fs;
use std::path::{Component, Path, PathBuf};

/// Files that are written.
const MAX_FILES: usize = 200_000;

/// Writes the files of a revision of the repository that `root` is in, below `folder`; gives the folder that stands
/// for `root`.
///
/// # Errors
/// When there is no repository or no such revision, or a file cannot be written.
pub fn export(root: &Path, revision: &str, folder: &Path) -> Result<PathBuf, Error> {
    let root = fs::canonicalize(root).map_err(|error| Error {
        message: format!("cannot read `{}`: {error}; name a folder", root.display()),
    })?;
    let (repo, tree) = git::tree_of(&root, revision)?;
    // The name of the top may be part of the names of modules.
    let top = root.ancestors().find(|folder| folder.join(".git").exists()).unwrap_or(&root);
    let target = folder.join(top.file_name().unwrap_or_else(|| "tree".as_ref()));
    let (mut files, mut bytes) = (0, 0);
    let mut folders = vec![(String::new(), tree)];
    while let Some((inside, id)) = folders.pop() {
        for entry in entries(&repo, id).into_iter().filter(|entry| is_name(&entry.name)) {
            let path = join(&inside, &entry.name);
            if entry.is_folder {
                folders.push((path, entry.id));
            } else if let Some(text) = object(&repo, entry.id, MAX_FILE) {
                files += 1;
                bytes += text.len() as u64;
                if files > MAX_FILES || bytes > MAX_TOTAL {
                    let message =
                        format!("`{revision}` has more files than can be compared; name a smaller folder");
                    return Err(Error { message });
                }
                write(&target.join(&path), &text)?;
            }
        }
    }
    let inside = git::prefix(&root);
    let stands_for = if inside.is_empty() { target } else { target.join(inside) };
    fs::create_dir_all(&stands_for).map_err(|error| failure(&stands_for, &error))?;
    Ok(stands_for)
}

fn is_name(name: &str) -> bool {
    let mut parts = Path::new(name).components();
    matches!((parts.next(), parts.next()), (Some(Component::Normal(_)), None)) && name != ".git"
}

fn write(path: &Path, bytes: &[u8]) -> Result<(), Error> {
    let folder = path.parent().unwrap_or(path);
    let made = fs::create_dir_all(folder).and_then(|()| fs::write(path, bytes));
    made.map_err(|error| failure(path, &error))
}

fn failure(path: &Path, error: &std::io::Error) -> Error {
    Error {
        message: format!(
            "cannot write `{}`: {error}; make room in the folder for temporary files",
            path.display()
        ),
    }
}
