//! Numbers in words, as customers spell them.

const SMALL: &[(&str, f64)] = &[
    ("zero", 0.0),
    ("one", 1.0),
    ("two", 2.0),
    ("three", 3.0),
    ("four", 4.0),
    ("five", 5.0),
    ("six", 6.0),
    ("seven", 7.0),
    ("eight", 8.0),
    ("nine", 9.0),
    ("ten", 10.0),
    ("eleven", 11.0),
    ("twelve", 12.0),
    ("thirteen", 13.0),
    ("fourteen", 14.0),
    ("fifteen", 15.0),
    ("sixteen", 16.0),
    ("seventeen", 17.0),
    ("eighteen", 18.0),
    ("nineteen", 19.0),
    ("twenty", 20.0),
    ("thirty", 30.0),
    ("forty", 40.0),
    ("fifty", 50.0),
    ("sixty", 60.0),
    ("seventy", 70.0),
    ("eighty", 80.0),
    ("ninety", 90.0),
    ("dozen", 12.0),
];
const LARGE: &[(&str, f64)] = &[("hundred", 100.0), ("thousand", 1000.0)];

/// Words that look like a misspelt number but are none.
const NOT_NUMBERS: &[&str] =
    &["tent", "nice", "fine", "sixt", "even", "seen", "often", "there", "then", "their"];

fn look_up(table: &[(&str, f64)], word: &str) -> Option<f64> {
    if let Some((_, value)) = table.iter().find(|(name, _)| *name == word) {
        return Some(*value);
    }
    // "hundreds", "dozens"; but "white ones" counts nothing.
    let word = word.strip_suffix('s').filter(|w| w.len() > 3).unwrap_or(word);
    if word.len() < 5 || NOT_NUMBERS.contains(&word) {
        return table.iter().find(|(name, _)| *name == word).map(|(_, value)| *value);
    }
    table
        .iter()
        .find(|(name, _)| {
            name.len() >= 5
                && name.as_bytes()[0] == word.as_bytes()[0]
                && strsim::osa_distance(name, word) <= 1
        })
        .map(|(_, value)| *value)
}

/// Whether a word, spelt right, names a number: `twelve`, `hundred`, but neither `a` nor `twelv`.
pub fn is_number_word(word: &str) -> bool {
    SMALL.iter().chain(LARGE).any(|(name, _)| *name == word)
}

/// Reads a number at the start of `words` (a `-` is a word of its own); gives it with the words it took.
pub fn read_words(words: &[&str]) -> Option<(f64, usize)> {
    if let Some(found) = special(words) {
        return Some(found);
    }
    let (mut total, mut current, mut used, mut seen) = (0.0, 0.0, 0, false);
    let mut last = f64::INFINITY;
    while used < words.len() {
        let word = words[used];
        if let Some(value) = look_up(SMALL, word) {
            // "ten two" is two numbers; "twenty two" is one.
            let joins = !seen || last >= 100.0 || (last >= 20.0 && value < 10.0 && last % 10.0 == 0.0);
            let dozens = value == 12.0 && word.starts_with("doz") && seen;
            if dozens {
                current *= 12.0;
            } else if joins {
                current += value;
            } else {
                break;
            }
            last = value;
            seen = true;
            used += 1;
        } else if let Some(scale) = look_up(LARGE, word) {
            if !seen && used == 0 {
                current = 1.0;
            }
            current = if current == 0.0 { scale } else { current * scale };
            if scale >= 1000.0 {
                total += current;
                current = 0.0;
            }
            last = scale;
            seen = true;
            used += 1;
        } else if seen
            && ((word == "and" && last >= 100.0) || (word == "-" && (20.0..100.0).contains(&last)))
            && words
                .get(used + 1)
                .is_some_and(|w| look_up(SMALL, w).is_some_and(|v| word == "and" || v < 10.0))
        {
            used += 1;
        } else {
            break;
        }
    }
    seen.then_some((total + current, used))
}

/// "a dozen", "half a dozen", "a hundred", "a couple of", "a pair of".
fn special(words: &[&str]) -> Option<(f64, usize)> {
    match words {
        ["half", "a", w, ..] if w.starts_with("doz") => Some((6.0, 3)),
        ["half", w, ..] if w.starts_with("doz") => Some((6.0, 2)),
        ["a" | "an" | "one", w, ..] if w.starts_with("doz") => Some((12.0, 2)),
        ["a", "couple", "of", ..] => Some((2.0, 3)),
        ["a", "couple", ..] => Some((2.0, 2)),
        ["a", w, rest @ ..] => {
            let scale = look_up(LARGE, w)?;
            let more = match rest {
                ["and", tail @ ..] => read_words(tail).map(|(v, n)| (v, n + 1)),
                tail => read_words(tail),
            };
            let (extra, used) = more.filter(|(v, _)| *v < scale).unwrap_or((0.0, 0));
            Some((scale + extra, 2 + used))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: Option<(f64, usize)>) {
        let words: Vec<&str> = text.split_whitespace().collect();
        assert_eq!(read_words(&words), expected, "{text}");
    }

    #[test]
    fn numbers_in_words() {
        check("two hundred and fifty lids", Some((250.0, 4)));
        check("twenty - five boxes", Some((25.0, 3)));
        check("a dozen cups", Some((12.0, 2)));
        check("two dozen", Some((24.0, 2)));
        check("half a dozen", Some((6.0, 3)));
        check("a hundred and ten", Some((110.0, 4)));
        check("three thousand two hundred", Some((3200.0, 4)));
        check("fourty", Some((40.0, 1)));
        check("twelv", Some((12.0, 1)));
        check("hundrd", Some((100.0, 1)));
        check("boxes", None);
        check("for the", None);
    }
}
