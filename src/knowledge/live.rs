//! The index in use: read without waiting, swapped whole.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use arc_swap::ArcSwap;

use super::embedder::ModelInfo;
use super::generation::{self, LoadError};
use super::index::Index;

/// The index that answers now. A turn takes it once and works with it to its end.
pub struct LiveIndex {
    index: ArcSwap<Index>,
    source: Option<Source>,
}

struct Source {
    root: PathBuf,
    model: ModelInfo,
    /// Name of the generation that was loaded last; also keeps two reloads apart.
    loaded: Mutex<Option<String>>,
}

impl LiveIndex {
    /// An index that nothing reloads.
    pub fn fixed(index: Index) -> Self {
        Self { index: ArcSwap::from_pointee(index), source: None }
    }

    /// The current generation of a data directory. When there is none that can be used, an empty index, which declines
    /// everything, and the reason: build one and call [`LiveIndex::reload_if_changed`].
    pub fn open(data_dir: &Path, model: &ModelInfo) -> (Self, Option<LoadError>) {
        let source = Source { root: data_dir.join("index"), model: model.clone(), loaded: Mutex::new(None) };
        let live = Self { index: ArcSwap::from_pointee(Index::empty()), source: Some(source) };
        let fault = live.reload_if_changed().err();
        (live, fault)
    }

    /// The index now.
    pub fn current(&self) -> Arc<Index> {
        self.index.load_full()
    }

    /// Takes the current generation if it is another one than before: `true` when swapped. On a fault the index in
    /// use stays. Blocks while it reads.
    pub fn reload_if_changed(&self) -> Result<bool, LoadError> {
        let Some(source) = &self.source else { return Ok(false) };
        let mut loaded = source.loaded.lock().unwrap_or_else(PoisonError::into_inner);
        let name = generation::current(&source.root)?;
        if loaded.as_ref() == Some(&name) {
            return Ok(false);
        }
        let (index, _) = generation::load(&source.root.join(&name), &source.model)?;
        self.index.store(Arc::new(index));
        *loaded = Some(name);
        Ok(true)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::knowledge::builder::{BuildError, BuildReport, Builder};
    use crate::knowledge::embedder::{EmbedError, Embedder};
    use crate::knowledge::placeholders::Placeholders;
    use std::fs;

    /// Counts letters: near enough to a model for building.
    struct Letters(ModelInfo);

    impl Embedder for Letters {
        fn model(&self) -> &ModelInfo {
            &self.0
        }
        fn embed(&self, texts: &[String]) -> Result<Vec<Vec<f32>>, EmbedError> {
            let vector = |text: &String| {
                let mut v = [0.1_f32; 26];
                text.bytes().filter(u8::is_ascii_lowercase).for_each(|b| v[usize::from(b - b'a')] += 1.0);
                let length = v.iter().map(|x| x * x).sum::<f32>().sqrt();
                v.iter().map(|x| x / length).collect()
            };
            Ok(texts.iter().map(vector).collect())
        }
    }

    fn letters(hash: &str) -> Letters {
        Letters(ModelInfo { name: "letters".into(), dimensions: 26, hash: hash.into() })
    }

    struct Place {
        dir: tempfile::TempDir,
        model: Letters,
    }

    impl Place {
        fn new(policies: &[(&str, &str)]) -> Self {
            let place = Self { dir: tempfile::tempdir().unwrap(), model: letters("a") };
            for (name, text) in policies {
                place.write(name, text);
            }
            place
        }
        fn write(&self, name: &str, text: &str) {
            fs::create_dir_all(self.dir.path().join("policies")).unwrap();
            fs::write(self.dir.path().join("policies").join(name), text).unwrap();
        }
        fn build(&self, force: bool) -> Result<BuildReport, BuildError> {
            let policies = self.dir.path().join("policies");
            let values: Placeholders = [("cutoff".to_owned(), "14:00".to_owned())].into();
            Builder::new(self.dir.path()).build(&policies, &values, &self.model, &mut |_, _| {}, force)
        }
        fn open(&self) -> (LiveIndex, Option<LoadError>) {
            LiveIndex::open(self.dir.path(), &self.model.0)
        }
        fn generations(&self) -> Vec<String> {
            let entries = fs::read_dir(self.dir.path().join("index")).unwrap();
            let names = entries.map(|e| e.unwrap().file_name().to_string_lossy().into_owned());
            let mut names: Vec<String> = names.filter(|n| n.contains("gen-")).collect();
            names.sort();
            names
        }
    }

    const RULES: (&str, &str) =
        ("rules.md", "# Rules\n## Orders\nOrder before {{cutoff}}.\n## Refunds\nIn a week.\n");

    #[test]
    fn builds_opens_and_swaps() {
        let place = Place::new(&[RULES]);
        let (live, fault) = place.open();
        assert!(matches!(fault, Some(LoadError::Missing)) && live.current().chunk_count() == 0);
        let first = place.build(false).unwrap();
        assert!(first.changed && first.chunks == 2 && first.reused == 0);
        assert!(live.reload_if_changed().unwrap() && !live.reload_if_changed().unwrap());
        assert_eq!(live.current().version(), first.version);
        assert_eq!(live.current().texts().lines[0].text, "Order before 14:00.");

        let unchanged = place.build(false).unwrap();
        assert!(!unchanged.changed && unchanged.embedded == 0 && unchanged.version == first.version);
        let held = live.current();
        place.write("more.md", "# More\nBoxes and trays.\n");
        let second = place.build(false).unwrap();
        assert!(second.reused > second.embedded && second.version != first.version, "{second:?}");
        assert!(live.reload_if_changed().unwrap());
        assert_eq!((held.chunk_count(), live.current().chunk_count()), (2, 3));
        for _ in 0..3 {
            let forced = place.build(true).unwrap();
            assert!(forced.changed && forced.reused == 0 && forced.version == second.version);
        }
        assert_eq!(place.generations().len(), 2);
    }

    #[test]
    fn a_fault_in_a_policy_leaves_the_old_index() {
        let place = Place::new(&[RULES]);
        let version = place.build(false).unwrap().version;
        place.write("bad.md", "# Bad\n{{nonsense}}\n");
        let fault = place.build(false).unwrap_err().to_string();
        assert!(fault.contains("bad.md:2: unknown placeholder {{nonsense}}"), "{fault}");
        assert_eq!(place.open().0.current().version(), version);
        fs::remove_dir_all(place.dir.path().join("policies")).unwrap();
        assert!(matches!(place.build(false), Err(BuildError::Unreadable { .. })));
        place.write("tone.md", "---\naudience: tone\n---\nBe kind.");
        assert!(matches!(place.build(false), Err(BuildError::Nothing(_))));
    }

    /// A generation that was cut short, changed or made by another model is built anew, and it is said why.
    #[test]
    fn what_can_not_be_trusted_is_built_anew() {
        type Damage<'a> = (&'a str, &'a dyn Fn(&Path));
        let damages: [Damage<'_>; 5] = [
            ("damaged", &|g| fs::write(g.join("vectors.f32"), b"short").unwrap()),
            ("damaged", &|g| fs::remove_file(g.join("texts.json")).unwrap()),
            ("damaged", &|g| fs::remove_dir_all(g).unwrap()),
            ("another make", &|g| fs::write(g.join("manifest.json"), b"{}").unwrap()),
            ("damaged", &|g| fs::write(g.parent().unwrap().join("CURRENT"), "../elsewhere").unwrap()),
        ];
        for (says, damage) in damages {
            let place = Place::new(&[RULES]);
            place.build(false).unwrap();
            damage(&place.dir.path().join("index/gen-0001"));
            let (live, fault) = place.open();
            assert!(fault.is_some_and(|f| f.to_string().contains(says)) && live.current().chunk_count() == 0);
            let report = place.build(false).unwrap();
            assert!(report.rebuilt_because.is_some_and(|why| why.contains(says)) && report.changed);
            assert!(live.reload_if_changed().unwrap());
        }
    }

    #[test]
    fn another_model_builds_anew() {
        let mut place = Place::new(&[RULES]);
        place.build(false).unwrap();
        place.model = letters("b");
        let report = place.build(false).unwrap();
        assert!(report.reused == 0 && report.rebuilt_because.unwrap().contains("the model letters"));
    }

    #[test]
    fn one_build_at_a_time() {
        let place = Place::new(&[RULES]);
        place.build(false).unwrap();
        let lock = fs::File::options().write(true).open(place.dir.path().join("index/lock")).unwrap();
        lock.lock().unwrap();
        assert!(matches!(place.build(false), Err(BuildError::Busy)));
        drop(lock);
        assert!(place.build(false).is_ok());
    }
}
