//! What the users of a load test write.

use super::plan::Dice;

/// The topics of the contract, each in words of its own; the last one is an order and gets a product's name.
const TOPICS: [[&str; 3]; 12] = [
    ["What is your refund policy?", "Can I get my money back?", "How do refunds work?"],
    ["Where is my order?", "Can you track my order?", "I want to track my delivery"],
    ["How long does delivery take?", "What are your delivery times?", "When do you deliver?"],
    ["I want to order boxes", "How do I order boxes?", "Can I order some boxes from you?"],
    ["What are your opening hours?", "Are you open on Saturday?", "Until when are you open today?"],
    ["How can I contact you?", "What is your phone number?", "Can I speak to somebody by phone?"],
    [
        "The boxes arrived damaged and I am not happy",
        "I have a complaint about my last delivery",
        "Half of my delivery was missing, this is annoying",
    ],
    ["What products do you sell?", "Which boxes do you have?", "Show me what you have"],
    [
        "I need to change my delivery address",
        "Can you deliver to another address?",
        "We have moved, how do I change the address?",
    ],
    [
        "I need urgent help with my delivery",
        "This is urgent, please help me now",
        "Urgent: our event is tonight and nothing has come",
    ],
    ["Hello", "Good morning!", "Hi there"],
    ["I would like to order 500 {}", "500 {} please", "Please send us 500 {}"],
];
/// Asked for while the server does not tell what it sells.
const ANY_PRODUCT: &str = "boxes";

/// Messages for one run.
#[derive(Debug, Clone)]
pub struct Messages {
    product: String,
}

impl Messages {
    /// With the name of something that the server under test sells.
    pub fn with(product: Option<&str>) -> Self {
        Self { product: product.unwrap_or(ANY_PRODUCT).to_owned() }
    }

    /// Any message.
    pub fn any(&self, dice: &mut Dice) -> String {
        let topic = TOPICS[dice.below(TOPICS.len())];
        self.filled(topic[dice.below(topic.len())])
    }

    /// Every message once, for warming up.
    pub fn all(&self) -> impl Iterator<Item = String> {
        TOPICS.iter().flatten().map(|text| self.filled(text))
    }

    fn filled(&self, text: &str) -> String {
        text.replace("{}", &self.product)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn orders_name_what_the_server_sells() {
        let messages = Messages::with(Some("Crate 40 l"));
        assert!(messages.all().any(|text| text == "500 Crate 40 l please"));
        assert!(!messages.all().any(|text| text.contains("{}")));
        let (mut a, mut b) = (Dice::new(3), Dice::new(3));
        assert!((0..50).all(|_| messages.any(&mut a) == messages.any(&mut b)));
    }
}
