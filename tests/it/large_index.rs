//! An index with more chunks than are searched one by one: built, written, read back and searched by its graph.

use std::fmt::Write as _;
use std::sync::Arc;

use tria::knowledge::embedder::EmbedError;
use tria::knowledge::near::FROM_CHUNKS;
use tria::knowledge::{Builder, EmbedPool, Embedder, LiveIndex, ModelInfo, Placeholders, PoolOptions};

const DIMENSIONS: usize = 96;
const FILES: usize = 11;
const SECTIONS: usize = 940;

/// Every word points somewhere by its hash, a text where its words point: ten thousand real inferences would
/// take minutes and show nothing more about the index.
struct Words(ModelInfo);

impl Embedder for Words {
    fn model(&self) -> &ModelInfo {
        &self.0
    }

    fn embed(&self, texts: &[String]) -> Result<Vec<Vec<f32>>, EmbedError> {
        Ok(texts.iter().map(|text| vector(text)).collect())
    }
}

fn vector(text: &str) -> Vec<f32> {
    let mut sum = vec![1e-3_f32; DIMENSIONS];
    for word in text.to_lowercase().split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()) {
        let mut state = word
            .bytes()
            .fold(0xcbf2_9ce4_8422_2325_u64, |h, b| (h ^ u64::from(b)).wrapping_mul(0x0100_0000_01b3));
        for place in &mut sum {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            *place += if state >> 63 == 0 { 1.0 } else { -1.0 };
        }
    }
    let length = sum.iter().map(|x| x * x).sum::<f32>().sqrt();
    sum.into_iter().map(|x| x / length).collect()
}

/// A word that no other number has.
fn name(n: usize) -> String {
    const SYLLABLES: [&str; 10] = ["ba", "de", "fi", "go", "ku", "la", "me", "ni", "po", "ru"];
    n.to_string().bytes().map(|digit| SYLLABLES[usize::from(digit - b'0')]).collect()
}

#[tokio::test]
async fn ten_thousand_chunks_are_searched_by_their_graph() {
    let dir = tempfile::tempdir().expect("a folder");
    let policies = dir.path().join("policies");
    std::fs::create_dir(&policies).expect("a folder");
    for file in 0..FILES {
        let mut text = format!("# Part {file}\n");
        for section in 0..SECTIONS {
            let n = file * SECTIONS + section;
            write!(
                text,
                "\n## About {0}\n\nThe {0} is kept on shelf {1} for {2} days.\n",
                name(n),
                n % 97,
                n % 31
            )
            .expect("a string takes it");
        }
        std::fs::write(policies.join(format!("part{file}.md")), text).expect("a policy");
    }
    let words: Arc<dyn Embedder> = Arc::new(Words(ModelInfo {
        name: "words".to_owned(),
        dimensions: DIMENSIONS,
        hash: "words".to_owned(),
    }));
    let builder = Builder::new(dir.path());
    let values = Placeholders::default();
    let report = builder.build(&policies, &values, words.as_ref(), &mut |_, _| {}, false).expect("an index");
    assert_eq!(report.chunks, FILES * SECTIONS);
    assert!(report.chunks > FROM_CHUNKS);

    // As after a restart.
    let (live, fault) = LiveIndex::open(dir.path(), words.model());
    assert!(fault.is_none(), "{fault:?}");
    let index = live.current();
    let pool = EmbedPool::with(words, PoolOptions::default()).expect("a thread");
    let asked: Vec<usize> = (0..FILES * SECTIONS).step_by(173).collect();
    let mut found = 0;
    for &n in &asked {
        let text = format!("on which shelf is the {} kept", name(n));
        let retrieval = index.retrieve(&pool, &text, None).await.expect("an answer");
        let heading = format!("About {}", name(n));
        found +=
            usize::from(retrieval.hits.iter().take(3).any(|hit| hit.evidence.heading.ends_with(&heading)));
    }
    assert!(found * 100 >= asked.len() * 95, "{found} of {} found", asked.len());
}
