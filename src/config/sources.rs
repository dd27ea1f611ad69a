//! Where settings come from, and the raw texts after laying the sources over one another.

use std::collections::BTreeMap;
use std::fmt;
use std::path::PathBuf;

use super::faults::{ConfigFault, Notice};
use super::file;
use super::settings::{Effect, find, suggest};

/// The file that is read when no other is named.
pub const DEFAULT_FILE: &str = "/etc/tria/tria.env";

/// A text that never prints: settings hold passwords and keys.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// Wraps the text.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text itself; keep it out of messages.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

/// Which file holds settings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FileSource {
    /// None.
    None,
    /// [`DEFAULT_FILE`], if it is there.
    Default,
    /// This one; it must be there.
    Given(PathBuf),
}

/// Where settings come from. Each wins over those below it.
#[derive(Debug, Clone)]
pub struct Sources {
    flags: BTreeMap<&'static str, Secret>,
    environment: BTreeMap<String, Secret>,
    file: FileSource,
}

impl Sources {
    /// Nothing but defaults: for tests, and to build on with [`Sources::flag`].
    pub fn none() -> Self {
        Self { flags: BTreeMap::new(), environment: BTreeMap::new(), file: FileSource::None }
    }

    /// The environment of this process and the named file, or the default one.
    pub fn of_process(file: Option<PathBuf>) -> Self {
        let environment = std::env::vars_os()
            .filter_map(|(name, value)| Some((name.into_string().ok()?, value)))
            .map(|(name, value)| (name, Secret::new(value.to_string_lossy())))
            .collect();
        let file = file.map_or(FileSource::Default, FileSource::Given);
        Self { flags: BTreeMap::new(), environment, file }
    }

    /// Sets a value above all others, as a flag of the command line does.
    #[must_use]
    pub fn flag(mut self, setting: &'static str, value: impl Into<String>) -> Self {
        self.flags.insert(setting, Secret::new(value));
        self
    }

    /// Sets a value as the environment does.
    #[must_use]
    pub fn variable(mut self, name: &str, value: impl Into<String>) -> Self {
        self.environment.insert(name.to_owned(), Secret::new(value));
        self
    }

    /// Reads settings from this file.
    #[must_use]
    pub fn file(mut self, path: impl Into<PathBuf>) -> Self {
        self.file = FileSource::Given(path.into());
        self
    }

    /// Lays the sources over one another.
    pub(super) fn raw(&self) -> Raw {
        let mut raw = Raw::default();
        raw.add_file(&self.file);
        for (name, value) in &self.environment {
            raw.add_variable(name, value);
        }
        for (name, value) in &self.flags {
            raw.add(name, value, "command line");
        }
        raw
    }
}

/// A value as given.
#[derive(Debug, Clone)]
pub(super) struct RawValue {
    pub text: Secret,
    pub origin: String,
}

/// All values as given, the highest source's of each.
#[derive(Debug, Default)]
pub(super) struct Raw {
    pub values: BTreeMap<&'static str, RawValue>,
    pub faults: Vec<ConfigFault>,
    pub notices: Vec<Notice>,
}

impl Raw {
    fn add(&mut self, name: &str, value: &Secret, origin: &str) {
        let origin = origin.to_owned();
        let Some(setting) = find(name) else {
            self.notices.push(Notice::Unknown { name: name.to_owned(), origin, suggestion: suggest(name) });
            return;
        };
        // Empty means "not given", so that a template's empty line changes nothing.
        if value.expose().trim().is_empty() {
            return;
        }
        if setting.effect == Effect::None {
            self.notices.push(Notice::NoEffect { name: setting.name, origin });
        } else {
            self.values.insert(setting.name, RawValue { text: value.clone(), origin });
        }
    }

    /// The environment is full of other programs' variables: only what is meant for Tria counts.
    fn add_variable(&mut self, name: &str, value: &Secret) {
        // Long names only: a short one is too easily near to a stranger's.
        let looks_misspelt = || name.len() >= 8 && suggest(name).is_some();
        if find(name).is_some() || name.starts_with("TRIA_") || looks_misspelt() {
            self.add(name, value, "environment");
        }
    }

    fn add_file(&mut self, source: &FileSource) {
        let (path, must_exist) = match source {
            FileSource::None => return,
            FileSource::Default => (PathBuf::from(DEFAULT_FILE), false),
            FileSource::Given(path) => (path.clone(), true),
        };
        let origin = path.display().to_string();
        let bytes = match std::fs::read(&path) {
            Ok(bytes) => bytes,
            Err(e) if !must_exist && e.kind() == std::io::ErrorKind::NotFound => return,
            Err(e) if !must_exist => {
                self.notices.push(Notice::Unreadable { path, why: e.to_string() });
                return;
            }
            Err(e) => {
                self.faults.push(file_fault(&origin, format!("cannot be read: {e}")));
                return;
            }
        };
        let is_toml = path.extension().is_some_and(|e| e.eq_ignore_ascii_case("toml"));
        match file::parse(&bytes, is_toml) {
            Ok(values) => values.iter().for_each(|v| self.add(&v.name, &v.value, &v.origin(&origin))),
            Err(faults) => {
                self.faults.extend(faults.into_iter().map(|f| file_fault(&f.place(&origin), f.problem)));
            }
        }
    }
}

fn file_fault(place: &str, problem: String) -> ConfigFault {
    ConfigFault { setting: "--config".to_owned(), value: None, origin: place.to_owned(), allowed: problem }
}
