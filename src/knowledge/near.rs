//! Candidates among many vectors: HNSW graphs over chunks and lines.

use std::path::Path;

use usearch::{IndexOptions, MetricKind, ScalarKind};

use super::matrix::Matrix;

/// From this many chunks on, graphs find the candidates; below, looking at all takes a few milliseconds.
pub const FROM_CHUNKS: usize = 10_000;
/// Chunks and lines taken as candidates: many more than are shown, so that what a graph misses is not missed.
const CANDIDATES: usize = 256;
/// How far a search looks around in a graph; on 10,000 clustered vectors of 384 it found all of the first ten, in 4 ms.
const EXPANSION: usize = 400;
/// Searches at once before one has to wait.
const THREADS: usize = 64;

/// Why there is no graph.
#[derive(Debug, Clone, thiserror::Error)]
#[error("the vector graph can not be used: {0}")]
pub struct NearError(String);

fn fault(fault: impl std::fmt::Display) -> NearError {
    NearError(fault.to_string())
}

/// Graphs over an index's chunks and lines.
pub struct Near {
    chunks: usearch::Index,
    lines: usearch::Index,
}

impl Near {
    /// Builds both graphs.
    pub fn build(chunks: &Matrix, lines: &Matrix) -> Result<Self, NearError> {
        Ok(Self { chunks: graph(chunks)?, lines: graph(lines)? })
    }

    /// Writes `chunks.usearch` and `lines.usearch`.
    pub fn save(&self, folder: &Path) -> Result<(), NearError> {
        for (index, name) in [(&self.chunks, "chunks.usearch"), (&self.lines, "lines.usearch")] {
            index.save(path(folder, name)?.as_str()).map_err(fault)?;
        }
        Ok(())
    }

    /// Reads both graphs and sees that they are of these vectors: a file of other dimensions would load silently.
    pub fn load(folder: &Path, chunks: &Matrix, lines: &Matrix) -> Result<Self, NearError> {
        let read = |name: &str, matrix: &Matrix| {
            let index = empty(matrix.dimensions())?;
            index.load(path(folder, name)?.as_str()).map_err(fault)?;
            if index.dimensions() != matrix.dimensions() || index.size() != matrix.len() {
                return Err(NearError(format!("{name} is of other vectors")));
            }
            index.reserve_capacity_and_threads(matrix.len(), THREADS).map_err(fault)?;
            Ok(index)
        };
        Ok(Self { chunks: read("chunks.usearch", chunks)?, lines: read("lines.usearch", lines)? })
    }

    /// Numbers of the chunks and lines nearest to a vector.
    pub fn candidates(&self, vector: &[f32]) -> Result<(Vec<usize>, Vec<usize>), NearError> {
        Ok((nearest(&self.chunks, vector, CANDIDATES)?, nearest(&self.lines, vector, CANDIDATES)?))
    }
}

fn nearest(index: &usearch::Index, vector: &[f32], count: usize) -> Result<Vec<usize>, NearError> {
    let found = index.search(vector, count).map_err(fault)?;
    Ok(found.keys.into_iter().filter_map(|key| usize::try_from(key).ok()).collect())
}

fn empty(dimensions: usize) -> Result<usearch::Index, NearError> {
    let options = IndexOptions {
        dimensions,
        metric: MetricKind::IP,
        quantization: ScalarKind::F32,
        expansion_search: EXPANSION,
        ..IndexOptions::default()
    };
    usearch::Index::new(&options).map_err(fault)
}

fn graph(matrix: &Matrix) -> Result<usearch::Index, NearError> {
    let index = empty(matrix.dimensions())?;
    index.reserve_capacity_and_threads(matrix.len(), THREADS).map_err(fault)?;
    for number in 0..matrix.len() {
        index.add(number as u64, matrix.row(number)).map_err(fault)?;
    }
    Ok(index)
}

fn path(folder: &Path, name: &str) -> Result<String, NearError> {
    folder
        .join(name)
        .into_os_string()
        .into_string()
        .map_err(|_| NearError("the path is not UTF-8".to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Clustered unit vectors out of a fixed generator: real texts lie in clusters too.
    fn vectors(count: usize, dimensions: usize) -> Matrix {
        let mut state = 1_u64;
        let mut next = move || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            ((state >> 40) as f32) / ((1_u64 << 24) as f32) - 0.5
        };
        let centres: Vec<Vec<f32>> = (0..50).map(|_| (0..dimensions).map(|_| next()).collect()).collect();
        let mut matrix = Matrix::new(dimensions);
        for n in 0..count {
            let v: Vec<f32> = centres[n % 50].iter().map(|c| c + next()).collect();
            let length = v.iter().map(|x| x * x).sum::<f32>().sqrt();
            assert!(matrix.push(&v.iter().map(|x| x / length).collect::<Vec<_>>()));
        }
        matrix
    }

    #[test]
    fn finds_nearly_all_that_a_full_search_finds() {
        let (chunks, lines) = (vectors(2000, 48), vectors(3000, 48));
        let near = Near::build(&chunks, &lines).unwrap();
        let dir = tempfile::tempdir().unwrap();
        near.save(dir.path()).unwrap();
        let near = Near::load(dir.path(), &chunks, &lines).unwrap();
        let mut hits = 0;
        for n in 0..50 {
            let found = near.candidates(chunks.row(n * 7)).unwrap().0;
            let mut all: Vec<(usize, f32)> = chunks.dots(chunks.row(n * 7)).into_iter().enumerate().collect();
            all.sort_by(|a, b| b.1.total_cmp(&a.1));
            hits += all.iter().take(10).filter(|(i, _)| found.contains(i)).count();
        }
        assert!(hits >= 495, "recall of the first ten is {hits} of 500");
    }

    #[test]
    fn graphs_of_other_vectors_are_refused() {
        let dir = tempfile::tempdir().unwrap();
        Near::build(&vectors(20, 16), &vectors(20, 16)).unwrap().save(dir.path()).unwrap();
        assert!(Near::load(dir.path(), &vectors(20, 32), &vectors(20, 32)).is_err());
        assert!(Near::load(dir.path(), &vectors(21, 16), &vectors(20, 16)).is_err());
        assert!(Near::load(&dir.path().join("none"), &vectors(20, 16), &vectors(20, 16)).is_err());
    }
}
