//! What clients send: bodies and query strings, read field by field, so that every wrong field is named at once.

use std::fmt::Display;
use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use actix_web::http::header;
use actix_web::{FromRequest, HttpRequest, dev, web};
use serde_json::{Map, Value};

use super::Gate;
use super::error::{FieldError, Problem};

/// How long a body may take to arrive: whoever is slower holds a connection, and nothing else.
const BODY_TIMEOUT: Duration = Duration::from_secs(10);

/// A JSON body as it was sent. Refused when it is too large, too slow, or not declared to be JSON; may be empty.
pub struct RawJson(pub web::Bytes);

impl FromRequest for RawJson {
    type Error = Problem;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Problem>>>>;

    fn from_request(req: &HttpRequest, payload: &mut dev::Payload) -> Self::Future {
        let limit = req.app_data::<web::Data<Gate>>().map(|gate| gate.config.load().max_body_bytes);
        let declared = req.headers().get(header::CONTENT_TYPE).map(|value| is_json(value.as_bytes()));
        let length = req.headers().get(header::CONTENT_LENGTH).and_then(|v| v.to_str().ok()?.parse().ok());
        let payload = web::Payload::from_request(req, payload);
        Box::pin(async move {
            let limit = limit.ok_or_else(|| Problem::internal(&"no limit is set for bodies"))?;
            if length.is_some_and(|length: u64| length > limit as u64) {
                return Err(Problem::too_large(limit));
            }
            let payload = payload.await.map_err(|_| Problem::bad_request("The body cannot be read."))?;
            let body = tokio::time::timeout(BODY_TIMEOUT, payload.to_bytes_limited(limit))
                .await
                .map_err(|_| Problem::timeout())?
                .map_err(|_| Problem::too_large(limit))?
                .map_err(|_| Problem::bad_request("The body was cut off or cannot be read."))?;
            match declared {
                Some(true) => Ok(Self(body)),
                None if body.is_empty() => Ok(Self(body)),
                _ => Err(Problem::media_type()),
            }
        })
    }
}

/// `application/json` and its relatives, with or without parameters.
fn is_json(value: &[u8]) -> bool {
    let essence = value.split(|b| *b == b';').next().unwrap_or_default().trim_ascii().to_ascii_lowercase();
    essence == b"application/json" || (essence.starts_with(b"application/") && essence.ends_with(b"+json"))
}

/// The fields of a request. Readers return `None` for a field that is absent, null or wrong; [`Fields::finish`]
/// tells of all that are wrong.
#[derive(Default)]
pub struct Fields {
    map: Map<String, Value>,
    /// Where these stand in the body: `lines[2].`, or nothing.
    place: String,
    errors: Vec<FieldError>,
}

impl Fields {
    /// Of a body.
    pub fn of_body(raw: &[u8]) -> Result<Self, Problem> {
        match serde_json::from_slice(raw) {
            Ok(Value::Object(map)) => Ok(Self { map, ..Self::default() }),
            Ok(_) => Err(Problem::invalid("The body must be a JSON object.")),
            Err(fault) => Err(Problem::malformed_json(fault.line(), fault.column())),
        }
    }

    /// Of a body that may be absent.
    pub fn of_optional_body(raw: &[u8]) -> Result<Self, Problem> {
        if raw.is_empty() { Ok(Self::default()) } else { Self::of_body(raw) }
    }

    /// Of a query string. An empty value counts as absent, as forms send it.
    pub fn of_query(req: &HttpRequest) -> Result<Self, Problem> {
        let pairs = web::Query::<Vec<(String, String)>>::from_query(req.query_string())
            .map_err(|_| Problem::bad_request("The query string cannot be read."))?;
        let given = pairs.into_inner().into_iter().filter(|(_, value)| !value.is_empty());
        Ok(Self { map: given.map(|(name, value)| (name, Value::String(value))).collect(), ..Self::default() })
    }

    /// Notes that a field is wrong.
    pub fn refuse(&mut self, field: &str, message: impl Display) {
        self.errors
            .push(FieldError { field: format!("{}{field}", self.place), message: message.to_string() });
    }

    /// Whether a field is there, and not null.
    pub fn has(&self, name: &str) -> bool {
        self.map.get(name).is_some_and(|value| !value.is_null())
    }

    /// A text of at most `max` characters.
    pub fn text(&mut self, name: &str, max: usize) -> Option<String> {
        match self.map.remove(name) {
            None | Some(Value::Null) => None,
            Some(Value::String(text)) if text.chars().count() <= max => Some(text),
            Some(Value::String(_)) => {
                self.refuse(name, format!("{name} is longer than {max} characters"));
                None
            }
            Some(_) => {
                self.refuse(name, format!("{name} must be a text"));
                None
            }
        }
    }

    /// A text that `parse` makes a value of.
    pub fn parsed<T, E: Display>(
        &mut self,
        name: &str,
        parse: impl FnOnce(&str) -> Result<T, E>,
    ) -> Option<T> {
        let text = self.text(name, usize::MAX)?;
        parse(&text).map_err(|fault| self.refuse(name, fault)).ok()
    }

    /// As [`Fields::parsed`], and wrong when absent.
    pub fn required<T, E: Display>(
        &mut self,
        name: &str,
        parse: impl FnOnce(&str) -> Result<T, E>,
    ) -> Option<T> {
        if !self.has(name) {
            self.refuse(name, format!("{name} is missing"));
            return None;
        }
        self.parsed(name, parse)
    }

    /// A name out of a fixed list, such as a status.
    pub fn name<T>(&mut self, name: &str, parse: impl FnOnce(&str) -> Option<T>) -> Option<T> {
        self.parsed(name, |text| parse(text).ok_or(format!("{name} is none of the known names")))
    }

    /// A row's number: a positive integer, or digits in a text.
    pub fn number(&mut self, name: &str) -> Option<i64> {
        let number = match self.map.remove(name) {
            None | Some(Value::Null) => return None,
            Some(Value::Number(number)) => number.as_i64(),
            Some(Value::String(text)) => text.trim().parse().ok(),
            Some(_) => None,
        };
        let number = number.filter(|number: &i64| *number > 0);
        if number.is_none() {
            self.refuse(name, format!("{name} must be a whole number above zero"));
        }
        number
    }

    /// True or false; false when absent.
    pub fn flag(&mut self, name: &str) -> bool {
        match self.map.remove(name) {
            None | Some(Value::Null) => false,
            Some(Value::Bool(flag)) => flag,
            Some(_) => {
                self.refuse(name, format!("{name} must be true or false"));
                false
            }
        }
    }

    /// A list of texts, at most `max` of them; empty when absent.
    pub fn texts(&mut self, name: &str, max: usize) -> Vec<String> {
        let texts = match self.map.remove(name) {
            None | Some(Value::Null) => Some(Vec::new()),
            Some(Value::Array(items)) if items.len() <= max => {
                items.into_iter().map(|item| item.as_str().map(str::to_owned)).collect()
            }
            Some(_) => None,
        };
        texts.unwrap_or_else(|| {
            self.refuse(name, format!("{name} must be a list of at most {max} texts"));
            Vec::new()
        })
    }

    /// A list of objects that must be there; what is wrong within one is named with its place.
    pub fn objects<T>(&mut self, name: &str, mut read: impl FnMut(&mut Self) -> Option<T>) -> Vec<T> {
        let Some(Value::Array(items)) = self.map.remove(name) else {
            self.refuse(name, format!("{name} must be a list of objects"));
            return Vec::new();
        };
        let mut found = Vec::with_capacity(items.len());
        for (at, item) in items.into_iter().enumerate() {
            let Value::Object(map) = item else {
                self.refuse(&format!("{name}[{at}]"), "each entry must be an object");
                continue;
            };
            let place = format!("{}{name}[{at}].", self.place);
            let mut inner = Self { map, place, errors: Vec::new() };
            found.extend(read(&mut inner));
            self.errors.append(&mut inner.errors);
        }
        found
    }

    /// How many rows: 1 to `max`, `default` when absent.
    pub fn limit(&mut self, default: u32, max: u32) -> u32 {
        match self.number("limit").map(u32::try_from) {
            None => default,
            Some(Ok(limit)) if limit <= max => limit,
            Some(_) => {
                self.refuse("limit", format!("limit must be 1 to {max}"));
                default
            }
        }
    }

    /// Refuses the request if any field was wrong.
    pub fn finish(self) -> Result<(), Problem> {
        if self.errors.is_empty() { Ok(()) } else { Err(Problem::fields(self.errors)) }
    }
}

#[cfg(test)]
mod tests {
    use actix_web::ResponseError as _;
    use actix_web::test::TestRequest;

    use super::*;

    fn fields(json: &str) -> Fields {
        Fields::of_body(json.as_bytes()).unwrap_or_else(|e| panic!("{e}"))
    }

    #[test]
    fn bodies_that_cannot_be_read() {
        let check = |body: &str, status: u16, says: &str| {
            let problem = Fields::of_body(body.as_bytes()).err().unwrap();
            assert_eq!(problem.status_code().as_u16(), status, "{body}");
            assert!(problem.to_string().contains(says), "{problem}");
            assert!(!problem.to_string().contains("hunter2"), "{problem}");
        };
        check("{\"a\":\n \"hunter2\"", 400, "line 2");
        check("", 400, "malformed_json");
        check("[\"hunter2\"]", 422, "object");
        check(&"[".repeat(10_000), 400, "malformed_json");
    }

    #[test]
    fn null_is_absent_and_every_wrong_field_is_named() {
        let mut given = fields(r#"{"a":null,"b":7,"c":"12","d":"x","e":1.5,"f":"long"}"#);
        assert_eq!(given.text("a", 9), None);
        assert_eq!(given.number("c"), Some(12));
        assert_eq!(given.number("absent"), None);
        assert_eq!((given.text("b", 9), given.number("d"), given.number("e")), (None, None, None));
        assert_eq!(given.text("f", 3), None);
        let Err(problem) = given.finish() else { panic!("wrong fields were taken") };
        for name in ["b must be", "d must be", "e must be", "f is longer"] {
            assert!(problem.to_string().contains(name), "{problem}");
        }
    }

    #[test]
    fn faults_in_a_list_are_named_with_their_place() {
        let mut given = fields(r#"{"flag":1,"list":[{"n":"7"},{"n":-1},5,{}],"other":{}}"#);
        assert!(!given.flag("flag") && !given.flag("absent"));
        assert_eq!(given.objects("list", |inner| inner.number("n")), [7]);
        assert_eq!(given.objects("other", |inner| inner.number("n")), [0; 0]);
        let places: Vec<_> = given.errors.iter().map(|e| e.field.as_str()).collect();
        assert_eq!(places, ["flag", "list[1].n", "list[2]", "other"]);
    }

    #[test]
    fn a_query_string_is_read_like_a_body() {
        let request = TestRequest::with_uri("/?limit=500&after=7&status=&q=b%C3%A4r").to_http_request();
        let mut query = Fields::of_query(&request).ok().unwrap();
        assert_eq!(query.number("after"), Some(7));
        assert_eq!(query.text("status", 9), None);
        assert_eq!(query.text("q", 9).as_deref(), Some("bär"));
        assert_eq!(query.limit(50, 200), 50);
        assert!(query.finish().is_err());
    }

    #[test]
    fn json_by_its_media_type() {
        for good in ["application/json", "Application/JSON; charset=utf-8", "application/merge-patch+json"] {
            assert!(is_json(good.as_bytes()), "{good}");
        }
        for bad in ["", "text/plain", "application/x-www-form-urlencoded", "text/json"] {
            assert!(!is_json(bad.as_bytes()), "{bad}");
        }
    }
}
