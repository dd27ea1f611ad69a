//! Multinomial logistic regression with an L2 penalty: the trainer for any set of classes.
//!
//! Full-batch L-BFGS from zero: no randomness, so the same examples always give the same model on one
//! machine. Matrix products go through `ndarray`, whose kernels are optimised even in a debug build.

use ndarray::{Array2, ArrayView2, ArrayViewMut2, Axis};

use super::lbfgs;
use super::words::SparseRow;

/// How to train.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LinearParams {
    /// How much the examples count against small weights; larger fits them closer. The inverse of the
    /// penalty, as scikit-learn's `C`.
    pub fit: f32,
    /// Upper bound of the passes over the examples.
    pub max_iterations: usize,
}

impl Default for LinearParams {
    /// Found on cross-validation of the built-in examples; flat between 4 and 16.
    fn default() -> Self {
        Self { fit: 8.0, max_iterations: 120 }
    }
}

/// Why there is no model.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TrainError {
    /// No examples, or fewer than two classes.
    #[error("nothing to learn from: at least two classes with an example each are needed")]
    TooFew,
    /// Lists of different lengths, or vectors of different dimensions.
    #[error("example {0} has another number of dimensions than the first, or no label")]
    Shape(usize),
    /// A label that is not below the number of classes.
    #[error("example {0} has a label outside the classes")]
    Label(usize),
    /// A vector with an infinite or undefined component.
    #[error("example {0} has a vector that is not finite")]
    NotFinite(usize),
}

/// Examples as features: a dense part (the sentence vector) and a sparse one (its words).
#[derive(Debug, Clone)]
pub struct Rows {
    dense: Array2<f32>,
    sparse: Vec<SparseRow>,
    sparse_width: usize,
}

impl Rows {
    /// Puts rows together; `sparse` is empty or as long as `dense`.
    pub fn new<V: AsRef<[f32]>>(
        dense: &[V],
        sparse: Vec<SparseRow>,
        sparse_width: usize,
    ) -> Result<Self, TrainError> {
        let width = dense.first().ok_or(TrainError::TooFew)?.as_ref().len();
        let mut flat = Vec::with_capacity(dense.len() * width);
        for (i, row) in dense.iter().enumerate() {
            let row = row.as_ref();
            if row.len() != width {
                return Err(TrainError::Shape(i));
            }
            if !row.iter().all(|v| v.is_finite()) {
                return Err(TrainError::NotFinite(i));
            }
            flat.extend_from_slice(row);
        }
        let dense = Array2::from_shape_vec((dense.len(), width), flat).map_err(|_| TrainError::Shape(0))?;
        Ok(Self { dense, sparse, sparse_width })
    }

    /// Number of rows.
    pub fn len(&self) -> usize {
        self.dense.nrows()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The rows at these places, in this order.
    #[must_use]
    pub fn select(&self, places: &[usize]) -> Self {
        let sparse = if self.sparse.is_empty() {
            Vec::new()
        } else {
            places.iter().map(|&i| self.sparse[i].clone()).collect()
        };
        Self { dense: self.dense.select(Axis(0), places), sparse, sparse_width: self.sparse_width }
    }

    fn shape(&self, classes: usize) -> Shape {
        Shape { dense: self.dense.ncols(), sparse: self.sparse_width, classes }
    }
}

/// How the flat list of weights is laid out: dense rows, sparse rows, the bias; `classes` columns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Shape {
    pub dense: usize,
    pub sparse: usize,
    pub classes: usize,
}

impl Shape {
    pub fn weights(self) -> usize {
        (self.dense + self.sparse + 1) * self.classes
    }

    fn rows(self) -> usize {
        self.dense + self.sparse + 1
    }
}

/// A trained model: scores per class, and probabilities.
#[derive(Debug, Clone, PartialEq)]
pub struct LinearModel {
    pub(super) shape: Shape,
    pub(super) weights: Vec<f32>,
}

impl LinearModel {
    /// Trains on vectors alone; `y[i]` is the class (below `classes`) of `x[i]`.
    pub fn train(
        x: &[Vec<f32>],
        y: &[usize],
        classes: usize,
        params: LinearParams,
    ) -> Result<Self, TrainError> {
        Self::train_rows(&Rows::new(x, Vec::new(), 0)?, y, classes, params)
    }

    /// Trains on vectors with words.
    pub fn train_rows(
        rows: &Rows,
        y: &[usize],
        classes: usize,
        params: LinearParams,
    ) -> Result<Self, TrainError> {
        if rows.is_empty() || classes < 2 {
            return Err(TrainError::TooFew);
        }
        if y.len() != rows.len() {
            return Err(TrainError::Shape(y.len().min(rows.len())));
        }
        if let Some(i) = y.iter().position(|&c| c >= classes) {
            return Err(TrainError::Label(i));
        }
        let shape = rows.shape(classes);
        let penalty = 1.0 / (params.fit * rows.len() as f32);
        let objective = |w: &[f32], gradient: &mut [f32]| loss(rows, y, shape, penalty, w, gradient);
        let weights = lbfgs::minimise(vec![0.0; shape.weights()], params.max_iterations, objective);
        Ok(Self { shape, weights })
    }

    /// Number of classes.
    pub fn classes(&self) -> usize {
        self.shape.classes
    }

    /// Number of dimensions of the vectors it takes.
    pub fn dimensions(&self) -> usize {
        self.shape.dense
    }

    /// The scores (log-odds up to a constant) of one vector with its words. A vector of another
    /// dimension counts as none.
    pub fn scores(&self, vector: &[f32], words: &SparseRow) -> Vec<f32> {
        let k = self.shape.classes;
        let row = |i: usize| &self.weights[i * k..(i + 1) * k];
        let mut scores = row(self.shape.rows() - 1).to_vec();
        let mut add = |i: usize, value: f32| {
            for (score, weight) in scores.iter_mut().zip(row(i)) {
                *score += value * weight;
            }
        };
        if vector.len() == self.shape.dense {
            vector.iter().enumerate().for_each(|(i, v)| add(i, *v));
        }
        let known = words.iter().filter(|(c, _)| *c < self.shape.sparse);
        known.for_each(|(c, v)| add(self.shape.dense + c, *v));
        scores
    }

    /// The scores of many rows, one row each.
    pub fn score_rows(&self, rows: &Rows) -> Array2<f32> {
        forward(rows, self.shape, &self.weights)
    }
}

/// Scores to probabilities, after dividing by the temperature.
pub fn softmax(scores: &[f32], temperature: f32) -> Vec<f32> {
    let top = scores.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let mut p: Vec<f32> = scores.iter().map(|s| ((s - top) / temperature).exp()).collect();
    let sum: f32 = p.iter().sum();
    for v in &mut p {
        *v /= sum;
    }
    p
}

fn view(shape: Shape, weights: &[f32]) -> ArrayView2<'_, f32> {
    // The length is checked where weights are made: `Shape::weights`.
    ArrayView2::from_shape((shape.rows(), shape.classes), weights)
        .unwrap_or_else(|_| unreachable!("weights have the length of their shape"))
}

fn forward(rows: &Rows, shape: Shape, weights: &[f32]) -> Array2<f32> {
    let w = view(shape, weights);
    let mut scores = rows.dense.dot(&w.split_at(Axis(0), shape.dense).0);
    let k = shape.classes;
    for (i, mut out) in scores.rows_mut().into_iter().enumerate() {
        out += &w.row(shape.rows() - 1);
        let Some(out) = out.as_slice_mut() else { continue };
        for &(column, value) in rows.sparse.get(i).into_iter().flatten() {
            let at = (shape.dense + column) * k;
            out.iter_mut().zip(&weights[at..at + k]).for_each(|(o, w)| *o += value * w);
        }
    }
    scores
}

/// Mean cross-entropy plus the penalty on all weights but the bias; fills the gradient.
fn loss(rows: &Rows, y: &[usize], shape: Shape, penalty: f32, weights: &[f32], gradient: &mut [f32]) -> f64 {
    let mut error = forward(rows, shape, weights);
    let part = 1.0 / rows.len() as f32;
    let mut total = 0.0_f64;
    for (mut row, &class) in error.rows_mut().into_iter().zip(y) {
        let Some(row) = row.as_slice_mut() else { continue };
        let p = softmax(row, 1.0);
        total -= f64::from(p[class].max(1e-30).ln());
        row.iter_mut().zip(&p).for_each(|(e, p)| *e = p * part);
        row[class] -= part;
    }
    let k = shape.classes;
    let penalised = weights.len() - k;
    gradient.fill(0.0);
    if let Ok(mut g) = ArrayViewMut2::from_shape((shape.rows(), k), &mut *gradient) {
        g.row_mut(shape.rows() - 1).assign(&error.sum_axis(Axis(0)));
        g.split_at(Axis(0), shape.dense).0.assign(&rows.dense.t().dot(&error));
    }
    for (row, error) in rows.sparse.iter().zip(error.rows()) {
        for &(column, value) in row {
            let at = (shape.dense + column) * k;
            gradient[at..at + k].iter_mut().zip(error).for_each(|(g, e)| *g += value * e);
        }
    }
    let mut norm = 0.0_f64;
    for (g, w) in gradient[..penalised].iter_mut().zip(&weights[..penalised]) {
        *g += penalty * w;
        norm += f64::from(w * w);
    }
    total * f64::from(part) + 0.5 * f64::from(penalty) * norm
}
