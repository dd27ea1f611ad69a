//! The policies' files: found, read and checked, with every fault named by file and line.

use std::path::{Path, PathBuf};

use super::chunk::Texts;
use super::placeholders::Placeholders;

/// Largest file taken: a policy is written by people.
pub const MAX_FILE_BYTES: usize = 1024 * 1024;
/// Folders within folders that are looked into; ends a loop of links.
const MAX_DEPTH: usize = 8;

/// A policy as it was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PolicyFile {
    /// Path within the policies' folder, with `/`.
    pub name: String,
    /// Its content.
    pub bytes: Vec<u8>,
}

/// Something wrong in a policy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PolicyFault {
    /// Path within the policies' folder.
    pub file: String,
    /// From 1.
    pub line: usize,
    /// A sentence for whoever writes the policies.
    pub what: String,
}

impl std::fmt::Display for PolicyFault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}: {}", self.file, self.line, self.what)
    }
}

/// All `*.md` below a folder, by name; what begins with a dot is left out.
pub fn read(folder: &Path) -> std::io::Result<Vec<PolicyFile>> {
    let mut paths = Vec::new();
    collect(folder, 0, &mut paths)?;
    let mut files = Vec::with_capacity(paths.len());
    for path in paths {
        let relative = path.strip_prefix(folder).unwrap_or(&path);
        let name =
            relative.components().map(|c| c.as_os_str().to_string_lossy()).collect::<Vec<_>>().join("/");
        // One byte more than allowed tells that it is too large without reading all of it.
        let mut bytes = Vec::new();
        let limit = MAX_FILE_BYTES as u64 + 1;
        std::io::Read::read_to_end(&mut std::io::Read::take(std::fs::File::open(&path)?, limit), &mut bytes)?;
        files.push(PolicyFile { name, bytes });
    }
    files.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(files)
}

fn collect(folder: &Path, depth: usize, found: &mut Vec<PathBuf>) -> std::io::Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.file_name().is_some_and(|name| name.to_string_lossy().starts_with('.')) {
            continue;
        }
        let Ok(meta) = std::fs::metadata(&path) else { continue };
        if meta.is_dir() && depth < MAX_DEPTH {
            collect(&path, depth + 1, found)?;
        } else if meta.is_file() && path.extension().is_some_and(|ext| ext.eq_ignore_ascii_case("md")) {
            found.push(path);
        }
    }
    Ok(())
}

/// The chunks of all files, or every fault there is.
pub fn texts(files: &[PolicyFile], values: &Placeholders) -> Result<Texts, Vec<PolicyFault>> {
    let mut texts = Texts::default();
    let mut faults = Vec::new();
    for file in files {
        let fault = |(line, what): (usize, String)| PolicyFault { file: file.name.clone(), line, what };
        match readable(&file.bytes) {
            Err(found) => faults.push(fault(found)),
            Ok(text) => {
                if let Err(found) = texts.add(&file.name, text, values) {
                    faults.extend(found.into_iter().map(fault));
                }
            }
        }
    }
    if faults.is_empty() { Ok(texts) } else { Err(faults) }
}

fn readable(bytes: &[u8]) -> Result<&str, (usize, String)> {
    if bytes.len() > MAX_FILE_BYTES {
        return Err((1, format!("the file is larger than {} MiB", MAX_FILE_BYTES / (1024 * 1024))));
    }
    std::str::from_utf8(bytes).map_err(|fault| {
        let before = bytes.iter().take(fault.valid_up_to()).fold(0, |n, b| n + usize::from(*b == b'\n'));
        (before + 1, "the file is not UTF-8 from this line on".to_owned())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn faults(name: &str, bytes: &[u8]) -> Vec<String> {
        let files = [PolicyFile { name: name.to_owned(), bytes: bytes.to_vec() }];
        texts(&files, &Placeholders::new()).unwrap_err().iter().map(ToString::to_string).collect()
    }

    #[test]
    fn faults_name_file_and_line() {
        assert_eq!(faults("a.md", b"one\ntwo\n\xff"), ["a.md:3: the file is not UTF-8 from this line on"]);
        assert_eq!(
            faults("b.md", &vec![b'x'; MAX_FILE_BYTES + 1]),
            ["b.md:1: the file is larger than 1 MiB"]
        );
        assert!(
            faults("c.md", b"---\ntitle: x\n---\n\n{{y}}")[0]
                .starts_with("c.md:5: unknown placeholder {{y}}")
        );
    }

    #[test]
    fn finds_markdown_in_folders() {
        let dir = tempfile::tempdir().unwrap();
        for name in ["b.md", "a/c.MD", "a/.hidden.md", ".git/x.md", "notes.txt"] {
            let path = dir.path().join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, "text").unwrap();
        }
        let names: Vec<String> = read(dir.path()).unwrap().into_iter().map(|f| f.name).collect();
        assert_eq!(names, ["a/c.MD", "b.md"]);
        assert!(read(&dir.path().join("none")).is_err());
    }
}
