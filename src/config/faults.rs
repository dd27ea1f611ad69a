//! What is wrong with settings, and what is merely worth telling. No secret ever gets in here.

use std::fmt;
use std::path::PathBuf;

/// One setting that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigFault {
    /// The setting's name, or the file's.
    pub setting: String,
    /// What was given; `None` when it is, or may hold, a secret.
    pub value: Option<String>,
    /// Where it was given: a flag, the environment, a file.
    pub origin: String,
    /// What is allowed.
    pub allowed: String,
}

impl fmt::Display for ConfigFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.value {
            Some(value) => write!(f, "{}={value} ({}): {}", self.setting, self.origin, self.allowed),
            None => write!(f, "{} ({}): {}", self.setting, self.origin, self.allowed),
        }
    }
}

/// Every setting that cannot be used; at least one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigFaults(pub Vec<ConfigFault>);

impl fmt::Display for ConfigFaults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let settings = if self.0.len() == 1 { "setting" } else { "settings" };
        write!(f, "{} {settings} cannot be used:", self.0.len())?;
        self.0.iter().try_for_each(|fault| write!(f, "\n  {fault}"))
    }
}

impl std::error::Error for ConfigFaults {}

/// Something about the settings that stops nothing but that the operator would want to know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Notice {
    /// No setting has this name.
    Unknown {
        /// The name.
        name: String,
        /// Where it was given.
        origin: String,
        /// The setting that was probably meant.
        suggestion: Option<&'static str>,
    },
    /// Given, but nothing in this version reads it.
    NoEffect {
        /// The setting.
        name: &'static str,
        /// Where it was given.
        origin: String,
    },
    /// The default file is there and cannot be read by this user.
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system said.
        why: String,
    },
}

impl fmt::Display for Notice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unknown { name, origin, suggestion: Some(meant) } => {
                write!(f, "{name} ({origin}) is not a setting: did you mean {meant}?")
            }
            Self::Unknown { name, origin, suggestion: None } => {
                write!(f, "{name} ({origin}) is not a setting")
            }
            Self::NoEffect { name, origin } => write!(f, "{name} ({origin}) has no effect in this version"),
            Self::Unreadable { path, why } => {
                write!(f, "{} is not read ({why}): run as root or as its owner to use it", path.display())
            }
        }
    }
}
