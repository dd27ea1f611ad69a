//! Minimising a smooth convex function: L-BFGS with a backtracking line search (Nocedal and Wright,
//! Numerical Optimization, algorithms 7.4 and 3.1).

use std::collections::VecDeque;

/// Pairs of steps and gradient changes that stand for the curvature.
const MEMORY: usize = 6;
/// Done when no component of the gradient is larger than this share of the largest at the start: a mean over many
/// classes has small ones from the beginning.
const GRADIENT_TOLERANCE: f32 = 1e-3;
/// Sufficient decrease of the line search.
const ARMIJO: f32 = 1e-4;
/// Halvings of a step before giving up.
const MAX_HALVINGS: usize = 20;

struct Pair {
    step: Vec<f32>,
    change: Vec<f32>,
    curvature: f32,
}

/// Walks downhill from `start` and returns where it ended. `function` returns the value at a point and
/// fills in the gradient there.
pub(super) fn minimise(
    start: Vec<f32>,
    max_iterations: usize,
    function: impl Fn(&[f32], &mut [f32]) -> f64,
) -> Vec<f32> {
    let mut point = start;
    let mut gradient = vec![0.0; point.len()];
    let mut value = function(&point, &mut gradient);
    let mut pairs: VecDeque<Pair> = VecDeque::with_capacity(MEMORY);
    let tolerance = GRADIENT_TOLERANCE * gradient.iter().fold(0.0_f32, |top, g| top.max(g.abs()));
    for _ in 0..max_iterations {
        if gradient.iter().all(|g| g.abs() <= tolerance) {
            break;
        }
        let mut direction = descent(&gradient, &pairs);
        let mut slope = dot(&direction, &gradient);
        if slope >= 0.0 {
            pairs.clear();
            direction = gradient.iter().map(|g| -g).collect();
            slope = -dot(&gradient, &gradient);
        }
        let Some((next, next_value, next_gradient)) =
            line_search(&point, value, &direction, slope, &function)
        else {
            break;
        };
        let step: Vec<f32> = next.iter().zip(&point).map(|(a, b)| a - b).collect();
        let change: Vec<f32> = next_gradient.iter().zip(&gradient).map(|(a, b)| a - b).collect();
        let curvature = dot(&step, &change);
        if curvature > f32::EPSILON * dot(&change, &change) {
            if pairs.len() == MEMORY {
                pairs.pop_front();
            }
            pairs.push_back(Pair { step, change, curvature });
        }
        (point, value, gradient) = (next, next_value, next_gradient);
    }
    point
}

/// The quasi-Newton direction: the gradient through the inverse curvature that the pairs describe.
fn descent(gradient: &[f32], pairs: &VecDeque<Pair>) -> Vec<f32> {
    let mut q = gradient.to_vec();
    let mut factors = Vec::with_capacity(pairs.len());
    for pair in pairs.iter().rev() {
        let a = dot(&pair.step, &q) / pair.curvature;
        add(&mut q, -a, &pair.change);
        factors.push(a);
    }
    if let Some(last) = pairs.back() {
        let scale = last.curvature / dot(&last.change, &last.change);
        for v in &mut q {
            *v *= scale;
        }
    }
    for (pair, a) in pairs.iter().zip(factors.into_iter().rev()) {
        let b = dot(&pair.change, &q) / pair.curvature;
        add(&mut q, a - b, &pair.step);
    }
    q.into_iter().map(|v| -v).collect()
}

/// The first of the steps 1, ½, ¼ … that lowers the value enough.
fn line_search(
    point: &[f32],
    value: f64,
    direction: &[f32],
    slope: f32,
    function: &impl Fn(&[f32], &mut [f32]) -> f64,
) -> Option<(Vec<f32>, f64, Vec<f32>)> {
    let mut gradient = vec![0.0; point.len()];
    let mut length = 1.0_f32;
    for _ in 0..MAX_HALVINGS {
        let mut next = point.to_vec();
        add(&mut next, length, direction);
        let there = function(&next, &mut gradient);
        if there <= value + f64::from(ARMIJO * length * slope) {
            return Some((next, there, gradient));
        }
        length *= 0.5;
    }
    None
}

fn dot(a: &[f32], b: &[f32]) -> f32 {
    a.iter().zip(b).map(|(x, y)| x * y).sum()
}

fn add(to: &mut [f32], factor: f32, what: &[f32]) {
    to.iter_mut().zip(what).for_each(|(t, w)| *t += factor * w);
}

#[cfg(test)]
mod tests {
    use super::minimise;

    #[test]
    fn finds_the_bottom_of_a_narrow_valley() {
        let bowl = |x: &[f32], g: &mut [f32]| {
            g[0] = 2.0 * (x[0] - 3.0);
            g[1] = 200.0 * (x[1] + 1.0);
            f64::from((x[0] - 3.0).powi(2) + 100.0 * (x[1] + 1.0).powi(2))
        };
        let at = minimise(vec![0.0, 0.0], 100, bowl);
        assert!((at[0] - 3.0).abs() < 1e-2 && (at[1] + 1.0).abs() < 1e-2, "{at:?}");
    }

    #[test]
    fn stays_where_nothing_is_to_be_gained() {
        let flat = |_: &[f32], g: &mut [f32]| {
            g.fill(0.0);
            1.0
        };
        assert_eq!(minimise(vec![5.0], 100, flat), [5.0]);
    }
}
