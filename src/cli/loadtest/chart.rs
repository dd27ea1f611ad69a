//! Charts as inline SVG: lines and bars over axes with round numbers, and no script.

/// In the drawing's own units; the page scales it.
const WIDTH: f64 = 720.0;
const HEIGHT: f64 = 240.0;
/// Room for the numbers of the vertical axis.
const LEFT: f64 = 64.0;
/// Room for the numbers and the name of the horizontal axis.
const BELOW: f64 = 40.0;
/// Room for the legend.
const ABOVE: f64 = 26.0;
const RIGHT: f64 = 14.0;
/// About so many numbers on an axis.
const TICKS: f64 = 5.0;

/// How a series is drawn; the page's style sheet gives colours, and dashes so that nobody needs them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Points joined.
    Line,
    /// Upright bars as wide as the pieces of time.
    Bars,
}

/// Points with a name.
#[derive(Debug, Clone)]
pub struct Series {
    /// For the legend.
    pub name: &'static str,
    /// Class in the style sheet: `s1` to `s3`.
    pub class: &'static str,
    /// How it is drawn.
    pub kind: Kind,
    /// Horizontal and vertical values; what is not a number leaves a gap.
    pub points: Vec<(f64, f64)>,
}

/// A chart. Vertical axes begin at zero: a truncated axis makes a small change look like a large one.
#[derive(Debug, Clone)]
pub struct Chart {
    /// Unique on its page.
    pub id: String,
    /// What it shows.
    pub title: String,
    /// The same in a sentence with the figures that matter, for who does not see it.
    pub description: String,
    /// Name and unit of the horizontal axis.
    pub across: &'static str,
    /// The horizontal axis reaches this far at least, so that charts of one test can be compared.
    pub until: f64,
    /// Numbers of the horizontal axis with their labels; empty for round numbers.
    pub marks: Vec<(f64, String)>,
    /// Unit of the vertical axis.
    pub unit: &'static str,
    /// What is drawn.
    pub series: Vec<Series>,
    /// Vertical lines with a name, such as the beginning of a phase.
    pub events: Vec<(f64, &'static str)>,
}

impl Chart {
    /// The `svg` element.
    pub fn svg(&self) -> String {
        let points = || self.series.iter().flat_map(|series| &series.points);
        let furthest = points().map(|p| p.0).chain(self.marks.iter().map(|m| m.0)).fold(self.until, f64::max);
        // The last bar needs room as well.
        let bar = self.series.iter().filter_map(Series::bar_width).fold(0.0, f64::max);
        let right = (furthest + bar).max(1e-9);
        let step = round_step(points().map(|p| p.1).fold(0.0, f64::max));
        let top = (points().map(|p| p.1).fold(0.0, f64::max) / step).ceil().max(1.0) * step;
        let x = |value: f64| LEFT + value / right * (WIDTH - LEFT - RIGHT);
        let y = |value: f64| HEIGHT - BELOW - value / top * (HEIGHT - BELOW - ABOVE);

        let mut out = format!(
            "<svg viewBox=\"0 0 {WIDTH} {HEIGHT}\" role=\"img\" aria-labelledby=\"{id}-t {id}-d\">\
             <title id=\"{id}-t\">{title}</title><desc id=\"{id}-d\">{description}</desc>",
            id = escape(&self.id),
            title = escape(&self.title),
            description = escape(&self.description),
        );
        // Writing to a string does not fail.
        let mut put = |text: String| out.push_str(&text);
        let (floor, end) = (HEIGHT - BELOW, WIDTH - RIGHT);
        let mut value = 0.0;
        while value <= top + step / 2.0 {
            let at = y(value);
            put(format!("<line class=\"grid\" x1=\"{LEFT}\" x2=\"{end}\" y1=\"{at:.1}\" y2=\"{at:.1}\"/>"));
            let label = label(value, step);
            put(format!("<text class=\"end\" x=\"{:.1}\" y=\"{:.1}\">{label}</text>", LEFT - 6.0, at + 4.0));
            value += step;
        }
        let round = round_step(right);
        let marks = if self.marks.is_empty() {
            let count = (right / round).floor() as u32;
            (0..=count).map(|n| (f64::from(n) * round, label(f64::from(n) * round, round))).collect()
        } else {
            self.marks.clone()
        };
        for (value, text) in marks {
            put(format!(
                "<text class=\"mid\" x=\"{:.1}\" y=\"{:.1}\">{}</text>",
                x(value),
                floor + 15.0,
                escape(&text)
            ));
        }
        put(format!(
            "<text class=\"mid\" x=\"{:.1}\" y=\"{:.1}\">{}</text>",
            f64::midpoint(LEFT, end),
            HEIGHT - 6.0,
            escape(self.across)
        ));
        put(format!("<text class=\"end\" x=\"{:.1}\" y=\"14\">{}</text>", LEFT - 6.0, escape(self.unit)));
        for (at, name) in &self.events {
            let at = x(*at);
            put(format!(
                "<line class=\"event\" x1=\"{at:.1}\" x2=\"{at:.1}\" y1=\"{ABOVE}\" y2=\"{floor}\"/>"
            ));
            put(format!("<text x=\"{:.1}\" y=\"{:.1}\">{}</text>", at + 4.0, ABOVE + 10.0, escape(name)));
        }
        for (place, series) in self.series.iter().enumerate() {
            put(series.drawn(&x, &y, floor));
            let at = LEFT + 170.0 * place as f64;
            put(format!(
                "<line class=\"{} key\" x1=\"{at:.1}\" x2=\"{:.1}\" y1=\"10\" y2=\"10\"/><text x=\"{:.1}\" y=\"14\">{}</text>",
                series.class,
                at + 22.0,
                at + 28.0,
                escape(series.name)
            ));
        }
        out.push_str("</svg>");
        out
    }
}

impl Series {
    /// The least distance between two bars, in the unit of the horizontal axis.
    fn bar_width(&self) -> Option<f64> {
        let gaps = self.points.windows(2).map(|two| two[1].0 - two[0].0);
        gaps.filter(|gap| self.kind == Kind::Bars && *gap > 0.0).reduce(f64::min)
    }

    /// A line without gaps.
    fn stroke(&self, part: &[(f64, f64)], x: &impl Fn(f64) -> f64, y: &impl Fn(f64) -> f64) -> String {
        let class = self.class;
        match part {
            [] => String::new(),
            // A single point has no length: a dot shows it.
            [(a, b)] => {
                format!("<circle class=\"{class}\" cx=\"{:.1}\" cy=\"{:.1}\" r=\"2\"/>", x(*a), y(*b))
            }
            _ => {
                let points: Vec<String> =
                    part.iter().map(|(a, b)| format!("{:.1},{:.1}", x(*a), y(*b))).collect();
                format!("<polyline class=\"{class}\" points=\"{}\"/>", points.join(" "))
            }
        }
    }

    fn drawn(&self, x: &impl Fn(f64) -> f64, y: &impl Fn(f64) -> f64, floor: f64) -> String {
        match self.kind {
            Kind::Line => {
                self.points.split(|(_, value)| value.is_nan()).map(|part| self.stroke(part, x, y)).collect()
            }
            Kind::Bars => {
                let wide = self.bar_width().unwrap_or_default();
                let bar = |(a, b): &(f64, f64)| {
                    let (left, top) = (x(*a), y(*b));
                    let width = ((x(*a + wide) - left) * 0.85).max(1.0);
                    format!(
                        "<rect class=\"{} bar\" x=\"{left:.1}\" y=\"{top:.1}\" width=\"{width:.1}\" height=\"{:.1}\"/>",
                        self.class,
                        floor - top
                    )
                };
                self.points.iter().filter(|(_, value)| *value > 0.0).map(bar).collect()
            }
        }
    }
}

/// 1, 2 or 5 times a power of ten, so that about five steps make the whole.
fn round_step(whole: f64) -> f64 {
    let rough = (whole / TICKS).max(1e-6);
    let power = 10_f64.powf(rough.log10().floor());
    let factor = match rough / power {
        f if f <= 1.0 => 1.0,
        f if f <= 2.0 => 2.0,
        f if f <= 5.0 => 5.0,
        _ => 10.0,
    };
    factor * power
}

/// With as many decimals as the step has.
fn label(value: f64, step: f64) -> String {
    let decimals = (-step.log10().floor()).clamp(0.0, 6.0) as usize;
    format!("{value:.decimals$}")
}

/// Text in HTML and SVG, also in attributes.
pub fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chart(points: Vec<(f64, f64)>) -> String {
        let series = Series { name: "p<95>", class: "s1", kind: Kind::Line, points };
        let chart = Chart {
            id: "c".into(),
            title: "Times & errors".into(),
            description: "Between 1 ms and 2 ms".into(),
            across: "seconds",
            until: 0.0,
            marks: Vec::new(),
            unit: "ms",
            series: vec![series],
            events: vec![(1.0, "spike")],
        };
        chart.svg()
    }

    #[test]
    fn a_chart_says_what_it_shows() {
        let svg = chart(vec![(0.0, 1.0), (2.0, 2.0)]);
        assert!(svg.contains("role=\"img\" aria-labelledby=\"c-t c-d\""));
        assert!(svg.contains("<title id=\"c-t\">Times &amp; errors</title><desc id=\"c-d\">Between 1 ms"));
        assert!(svg.contains("p&lt;95&gt;") && !svg.contains("NaN") && !svg.contains("inf"));
        assert!(svg.contains("points=\"64.0,113.0 706.0,26.0\""), "{svg}");
    }

    #[test]
    fn what_was_not_answered_is_a_gap() {
        let svg = chart(vec![(0.0, 1.0), (1.0, 1.0), (2.0, f64::NAN), (3.0, 1.0)]);
        assert_eq!((svg.matches("<polyline").count(), svg.matches("<circle").count()), (1, 1));
        assert!(!svg.contains("NaN"));
    }

    #[test]
    fn nothing_measured_is_no_nonsense() {
        for points in [Vec::new(), vec![(0.0, 0.0)], vec![(5.0, 1e9)]] {
            let svg = chart(points);
            assert!(!svg.contains("NaN") && !svg.contains("inf"), "{svg}");
            assert!(svg.len() < 10_000);
        }
    }

    #[test]
    fn axes_have_round_numbers() {
        for (whole, step) in [(10.0, 2.0), (0.9, 0.2), (101.0, 50.0), (4.0, 1.0)] {
            assert!((round_step(whole) - step).abs() < 1e-9, "{whole}: {}", round_step(whole));
        }
        assert_eq!((label(0.2, 0.1), label(5.0, 5.0)), ("0.2".to_owned(), "5".to_owned()));
    }
}
