//! How a customer sounds, and how an answer should.

/// How a message sounds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Sentiment {
    /// Pleased or thankful.
    Positive,
    /// Nothing marked.
    Neutral,
    /// Unhappy.
    Negative,
    /// Angry: swearing, threats, capitals.
    Angry,
}

impl Sentiment {
    /// The name used in answers and metrics.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Positive => "positive",
            Self::Neutral => "neutral",
            Self::Negative => "negative",
            Self::Angry => "angry",
        }
    }
}

/// How an answer is worded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Tone {
    /// Routine: brief.
    Efficient,
    /// A question: clear, complete.
    Informative,
    /// A complaint: empathy first, then the next step.
    Empathetic,
    /// Urgent: calm and exact.
    Calm,
    /// Bad news: honest, with an alternative.
    Honest,
}

impl Tone {
    /// The name used in answers and metrics.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Efficient => "efficient",
            Self::Informative => "informative",
            Self::Empathetic => "empathetic",
            Self::Calm => "calm",
            Self::Honest => "honest",
        }
    }
}
