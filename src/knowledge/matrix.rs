//! Vectors in one piece of memory.

/// Vectors of the same length, one after the other.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Matrix {
    dimensions: usize,
    values: Vec<f32>,
}

impl Matrix {
    /// Empty, for vectors of this length.
    pub fn new(dimensions: usize) -> Self {
        Self { dimensions, values: Vec::new() }
    }

    /// Adds a vector; one of another length is refused.
    #[must_use]
    pub fn push(&mut self, vector: &[f32]) -> bool {
        let fits = vector.len() == self.dimensions;
        if fits {
            self.values.extend_from_slice(vector);
        }
        fits
    }

    /// Number of vectors.
    pub fn len(&self) -> usize {
        self.values.len() / self.dimensions.max(1)
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    /// Length of a vector.
    pub fn dimensions(&self) -> usize {
        self.dimensions
    }

    /// A vector; empty past the end.
    pub fn row(&self, number: usize) -> &[f32] {
        let start = number * self.dimensions;
        self.values.get(start..start + self.dimensions).unwrap_or(&[])
    }

    /// Cosine with every vector.
    pub fn dots(&self, vector: &[f32]) -> Vec<f32> {
        self.values.chunks_exact(self.dimensions.max(1)).map(|row| dot(row, vector)).collect()
    }

    /// As little-endian bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        self.values.iter().flat_map(|x| x.to_le_bytes()).collect()
    }

    /// Back from bytes; `None` when they are no whole number of vectors.
    pub fn from_bytes(dimensions: usize, bytes: &[u8]) -> Option<Self> {
        if dimensions == 0 || !bytes.len().is_multiple_of(dimensions * 4) {
            return None;
        }
        let values = bytes.chunks_exact(4).map(|b| f32::from_le_bytes([b[0], b[1], b[2], b[3]])).collect();
        Some(Self { dimensions, values })
    }
}

/// Dot product; of vectors of length 1 the cosine. Eight sums side by side, so that the compiler can use wide
/// registers; always added in the same order, so that the result is the same everywhere.
pub fn dot(a: &[f32], b: &[f32]) -> f32 {
    let mut sums = [0.0_f32; 8];
    let (a_chunks, b_chunks) = (a.chunks_exact(8), b.chunks_exact(8));
    let rest: f32 = a_chunks.remainder().iter().zip(b_chunks.remainder()).map(|(x, y)| x * y).sum();
    for (x, y) in a_chunks.zip(b_chunks) {
        for i in 0..8 {
            sums[i] += x[i] * y[i];
        }
    }
    sums.iter().sum::<f32>() + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_and_dots() {
        let mut m = Matrix::new(10);
        assert!(m.push(&[1.0; 10]) && m.push(&[0.5; 10]) && !m.push(&[1.0; 9]));
        assert_eq!(m.dots(&[1.0; 10]), [10.0, 5.0]);
        assert_eq!(Matrix::from_bytes(10, &m.to_bytes()), Some(m.clone()));
        assert_eq!(Matrix::from_bytes(10, &[0; 41]), None);
        assert!(m.row(2).is_empty());
    }
}
