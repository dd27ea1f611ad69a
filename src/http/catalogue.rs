//! Products and outlets.

use actix_web::{HttpRequest, HttpResponse, web};
use jiff::civil::Weekday;
use serde::Serialize;

use super::State;
use super::body::Fields;
use super::error::Problem;
use super::guard::Caller;
use super::orders::DEFAULT_PAGE;
use crate::domain::catalogue::{Product, ProductDetails};
use crate::domain::money::Money;
use crate::domain::outlet::Outlet;
use crate::store::MAX_PAGE;

/// Longest text to search for, in characters.
const MAX_SEARCH: usize = 200;

#[derive(Serialize)]
struct ProductBody<'a> {
    id: i64,
    sku: &'a str,
    name: &'a str,
    description: &'a str,
    category: &'a str,
    unit_price: f64,
    unit: &'a str,
    bundle_size: u32,
    stock: Option<u32>,
    min_order_qty: u32,
    active: bool,
    aliases: &'a [String],
}

#[derive(Serialize)]
struct ProductList<'a> {
    products: Vec<ProductBody<'a>>,
    currency: String,
    next_after: Option<i64>,
}

#[derive(Serialize)]
struct OutletBody<'a> {
    id: i64,
    name: &'a str,
    address: &'a str,
    contact_person: &'a str,
    contact_number: &'a str,
    whatsapp: &'a str,
    usual_order_days: Vec<&'static str>,
    terms: &'static str,
    credit_limit: Option<f64>,
    aliases: &'a [String],
}

#[derive(Serialize)]
struct Outlets<'a> {
    outlets: Vec<OutletBody<'a>>,
    next_after: Option<i64>,
}

/// `GET /api/products`
pub async fn products(
    state: web::Data<State>,
    caller: Caller,
    req: HttpRequest,
) -> Result<HttpResponse, Problem> {
    let principal = caller.known()?;
    let Search { words, after, limit } = search(&req)?;
    // Who only orders has no use for what cannot be ordered.
    let all = principal.role.is_trusted_channel();
    let rows = state.store.products().await?;
    let found = rows.iter().filter(|product| product.id.0 > after && (all || product.details.active));
    let found = found.filter(|product| matches(&product.details, &words));
    let products: Vec<_> = found.take(limit).map(product).collect();
    let next_after = products.last().filter(|_| products.len() == limit).map(|product| product.id);
    Ok(HttpResponse::Ok().json(ProductList { products, currency: state.currency(), next_after }))
}

/// `GET /api/outlets`
pub async fn outlets(
    state: web::Data<State>,
    caller: Caller,
    req: HttpRequest,
) -> Result<HttpResponse, Problem> {
    caller.trusted_channel()?;
    let Search { words, after, limit } = search(&req)?;
    let rows = state.store.outlets().await?;
    let found = rows.iter().filter(|outlet| outlet.id.0 > after);
    let found = found.filter(|outlet| {
        let details = &outlet.details;
        words.is_empty() || any_holds([&details.name].into_iter().chain(&details.aliases), &words)
    });
    let outlets: Vec<_> = found.take(limit).map(outlet).collect();
    let next_after = outlets.last().filter(|_| outlets.len() == limit).map(|outlet| outlet.id);
    Ok(HttpResponse::Ok().json(Outlets { outlets, next_after }))
}

struct Search {
    /// In lower case; empty for everything.
    words: String,
    after: i64,
    limit: usize,
}

fn search(req: &HttpRequest) -> Result<Search, Problem> {
    let mut query = Fields::of_query(req)?;
    let words = query.text("q", MAX_SEARCH).unwrap_or_default().trim().to_lowercase();
    let after = query.number("after").unwrap_or_default();
    let limit = query.limit(DEFAULT_PAGE, MAX_PAGE);
    query.finish()?;
    Ok(Search { words, after, limit: limit as usize })
}

fn matches(product: &ProductDetails, words: &str) -> bool {
    let sku = product.sku.as_str().to_lowercase();
    let texts = [&product.name, &product.category].into_iter().chain(&product.aliases);
    words.is_empty() || sku.contains(words) || any_holds(texts, words)
}

fn any_holds<'a>(mut texts: impl Iterator<Item = &'a String>, words: &str) -> bool {
    texts.any(|text| text.to_lowercase().contains(words))
}

fn product(product: &Product) -> ProductBody<'_> {
    let Product { id, details } = product;
    ProductBody {
        id: id.0,
        sku: details.sku.as_str(),
        name: &details.name,
        description: &details.description,
        category: &details.category,
        unit_price: details.unit_price.to_f64(),
        unit: &details.unit,
        bundle_size: details.bundle_size,
        stock: details.stock,
        min_order_qty: details.min_order_qty,
        active: details.active,
        aliases: &details.aliases,
    }
}

fn outlet(outlet: &Outlet) -> OutletBody<'_> {
    let Outlet { id, details } = outlet;
    OutletBody {
        id: id.0,
        name: &details.name,
        address: &details.address,
        contact_person: &details.contact_person,
        contact_number: &details.contact_number,
        whatsapp: &details.whatsapp,
        usual_order_days: details.usual_order_days.iter().map(|day| short(*day)).collect(),
        terms: details.terms.as_str(),
        credit_limit: details.credit_limit.map(Money::to_f64),
        aliases: &details.aliases,
    }
}

/// As `outlets.csv` has it.
const fn short(day: Weekday) -> &'static str {
    match day {
        Weekday::Monday => "Mon",
        Weekday::Tuesday => "Tue",
        Weekday::Wednesday => "Wed",
        Weekday::Thursday => "Thu",
        Weekday::Friday => "Fri",
        Weekday::Saturday => "Sat",
        Weekday::Sunday => "Sun",
    }
}
