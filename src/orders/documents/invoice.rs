//! The invoice on A4, as PDF.

use super::canvas::{About, Colour, Item, PAGE_HEIGHT, PAGE_WIDTH, Picture, write};
use super::facts::{Facts, Line as OrderedLine};
use super::fonts::Weight::{self, Bold, Regular};
use super::text::{Line, has_missing, line, wrap};
use super::{RenderError, long_day};
use crate::domain::money::Money;
use crate::store::IssuedDocument;

const LEFT: f32 = 48.0;
const RIGHT: f32 = PAGE_WIDTH - 48.0;
const TOP: f32 = 48.0;
/// Where the text of a page ends; the foot of the page is below.
const BOTTOM: f32 = PAGE_HEIGHT - 66.0;
const FOOT: f32 = PAGE_HEIGHT - 40.0;
/// Where the right half of the head begins.
const MIDDLE: f32 = 330.0;

const INK: Colour = Colour(33, 37, 41);
const GREY: Colour = Colour(101, 109, 117);
const RULE: Colour = Colour(206, 212, 218);
const SHADE: Colour = Colour(241, 243, 245);

const BODY: f32 = 9.0;
const SMALL: f32 = 7.5;
/// From one baseline to the next, in sizes of the letters: Tamil and Chinese need more than Latin.
const LEADING: f32 = 1.4;

/// The columns of the table: where the text of the left ones begins and of the right ones ends.
const NUMBER: f32 = LEFT + 6.0;
const ITEM: f32 = LEFT + 30.0;
const ITEM_WIDTH: f32 = 235.0;
const QUANTITY: f32 = 368.0;
const PRICE: f32 = 445.0;
const AMOUNT: f32 = RIGHT - 6.0;
/// Room above and below the text of a row.
const PADDING: f32 = 3.5;

/// Most lines of a piece of the head: what goes beyond is cut, so that the table always has room.
const MOST_HEAD_LINES: usize = 8;

/// Makes the file.
pub(super) fn render(document: &IssuedDocument, facts: &Facts) -> Result<Vec<u8>, RenderError> {
    let picture = document.logo.as_deref().map(Picture::read).transpose()?;
    let number = document.number.to_string();
    let title = if facts.seller.tax_number.is_empty() { "INVOICE" } else { "TAX INVOICE" };
    let mut layout = Layout::new(number.clone());
    layout.head(facts, title, picture.as_ref());
    layout.table(facts);
    layout.totals(facts);
    layout.closing(facts);
    let about = About {
        title: format!("Invoice {number}"),
        author: facts.seller.name.clone(),
        created: document.issued_at,
    };
    write(layout.finish(&facts.seller.name), picture.as_ref(), about)
}

/// What is drawn so far, and where it goes on.
struct Layout {
    number: String,
    pages: Vec<Vec<Item>>,
    page: Vec<Item>,
    y: f32,
    /// Whether a new page begins with the heads of the columns.
    in_table: bool,
}

impl Layout {
    fn new(number: String) -> Self {
        Self { number, pages: Vec::new(), page: Vec::new(), y: TOP, in_table: false }
    }

    /// Puts a measured line with its upper edge at `y`.
    fn put(&mut self, x: f32, y: f32, line: Line, colour: Colour) {
        // The letters stand a little below the middle of their room.
        let baseline = y + line.size * (LEADING / 2.0 + 0.36);
        self.page.push(Item::Text { x, baseline, line, colour });
    }

    fn left(&mut self, x: f32, y: f32, text: &str, (size, weight): (f32, Weight), colour: Colour) {
        self.put(x, y, line(text, size, weight), colour);
    }

    /// As [`Layout::left`], with the end of the text at `x`.
    fn right(&mut self, x: f32, y: f32, text: &str, (size, weight): (f32, Weight), colour: Colour) {
        let line = line(text, size, weight);
        self.put(x - line.width, y, line, colour);
    }

    fn rule(&mut self, x: f32, width: f32, colour: Colour) {
        self.page.push(Item::Box { x, y: self.y, width, height: 0.6, colour });
    }

    /// Begins a new page unless there is so much room on this one.
    fn need(&mut self, height: f32) {
        if self.y + height > BOTTOM {
            self.break_page();
        }
    }

    fn break_page(&mut self) {
        self.pages.push(std::mem::take(&mut self.page));
        self.y = TOP;
        let text = format!("{}, continued", self.number);
        self.left(LEFT, self.y, &text, (BODY, Bold), GREY);
        self.y += 24.0;
        if self.in_table {
            self.column_heads();
        }
    }

    /// Lines below one another on this page; gives where the next would be.
    fn block(&mut self, x: f32, y: f32, lines: Vec<Line>, colour: Colour) -> f32 {
        let mut y = y;
        for line in lines {
            let height = line.size * LEADING;
            self.put(x, y, line, colour);
            y += height;
        }
        y
    }

    /// A paragraph across the page, over as many pages as it takes.
    fn paragraph(&mut self, text: &str, (size, weight): (f32, Weight), colour: Colour) {
        for line in wrap(text, size, weight, RIGHT - LEFT) {
            self.need(size * LEADING);
            let y = self.y;
            self.put(LEFT, y, line, colour);
            self.y += size * LEADING;
        }
    }

    /// Who bills, what this is, and whom it is for.
    fn head(&mut self, facts: &Facts, title: &str, picture: Option<&Picture>) {
        let mut y = TOP;
        if let Some(picture) = picture {
            let (width, height) = picture.fitted(200.0, 60.0);
            self.page.push(Item::Picture { x: LEFT, y, width, height });
            y += height + 10.0;
        }
        let width = MIDDLE - LEFT - 20.0;
        y = self.block(LEFT, y, capped(wrap(&facts.seller.name, 12.0, Bold, width)), INK);
        let seller = seller_lines(facts).join("\n");
        let seller_end = self.block(LEFT, y + 2.0, wrap(&seller, BODY, Regular, width), GREY);

        self.right(RIGHT, TOP - 4.0, title, (20.0, Bold), INK);
        let mut y = TOP + 34.0;
        for (name, value) in self.particulars(facts) {
            self.left(MIDDLE, y, name, (BODY, Regular), GREY);
            self.right(RIGHT, y, &value, (BODY, Bold), INK);
            y += BODY * LEADING + 2.0;
        }
        self.y = seller_end.max(y) + 16.0;
        self.buyer(facts);
    }

    fn particulars(&self, facts: &Facts) -> Vec<(&'static str, String)> {
        let terms = if facts.is_prepaid() {
            "Prepaid".to_owned()
        } else {
            format!("{} days net", facts.payment_days)
        };
        vec![
            ("Invoice no.", self.number.clone()),
            ("Invoice date", long_day(&facts.issued_on)),
            ("Terms", terms),
            ("Due date", long_day(&facts.due_on)),
            ("Order no.", facts.order_id.to_string()),
            ("Order date", long_day(&facts.ordered_on)),
            ("Delivery date", long_day(&facts.delivery_date)),
        ]
    }

    fn buyer(&mut self, facts: &Facts) {
        let buyer = &facts.buyer;
        let y = self.y;
        self.left(LEFT, y, "BILL TO", (SMALL, Bold), GREY);
        let width = RIGHT - LEFT;
        let mut y = y + SMALL * LEADING + 2.0;
        y = self.block(LEFT, y, capped(wrap(&buyer.name, 10.5, Bold, width)), INK);
        let contact = [buyer.contact_person.trim(), buyer.contact_number.trim()];
        let contact = contact.into_iter().filter(|text| !text.is_empty()).collect::<Vec<_>>().join(", ");
        for text in [buyer.address.trim(), &contact].into_iter().filter(|text| !text.is_empty()) {
            y = self.block(LEFT, y, capped(wrap(text, BODY, Regular, width)), INK);
        }
        self.y = y + 16.0;
    }

    fn column_heads(&mut self) {
        let height = SMALL * LEADING + 2.0 * PADDING + 1.0;
        let y = self.y;
        self.page.push(Item::Box { x: LEFT, y, width: RIGHT - LEFT, height, colour: SHADE });
        let y = y + PADDING + 0.5;
        let style = (SMALL, Bold);
        self.left(NUMBER, y, "NO.", style, GREY);
        self.left(ITEM, y, "ITEM", style, GREY);
        self.right(QUANTITY, y, "QUANTITY", style, GREY);
        self.right(PRICE, y, "UNIT PRICE", style, GREY);
        self.right(AMOUNT, y, "AMOUNT", style, GREY);
        self.y += height;
    }

    fn table(&mut self, facts: &Facts) {
        // The heads are not left alone at the end of a page.
        self.need(70.0);
        self.column_heads();
        self.in_table = true;
        for (number, ordered) in (1..).zip(&facts.lines) {
            self.row(number, ordered);
        }
        self.in_table = false;
    }

    /// A row stays together when a page can hold it.
    fn row(&mut self, number: usize, ordered: &OrderedLine) {
        let mut lines = wrap(&ordered.name, BODY, Regular, ITEM_WIDTH);
        let names = lines.len();
        let unit = if ordered.unit.is_empty() { String::new() } else { format!(" · {}", ordered.unit) };
        lines.extend(wrap(&format!("{}{unit}", ordered.sku), SMALL, Regular, ITEM_WIDTH));
        let height = lines.iter().map(|line| line.size * LEADING).sum::<f32>() + 2.0 * PADDING;
        self.need(height.min(BOTTOM - TOP - 60.0));
        let y = self.y + PADDING;
        self.left(NUMBER, y, &number.to_string(), (BODY, Regular), GREY);
        self.right(QUANTITY, y, &super::grouped(ordered.quantity), (BODY, Regular), INK);
        self.right(PRICE, y, &ordered.price(), (BODY, Regular), INK);
        self.right(AMOUNT, y, &ordered.amount(), (BODY, Regular), INK);
        self.y = y;
        for (place, line) in lines.into_iter().enumerate() {
            let height = line.size * LEADING;
            self.need(height);
            let (y, colour) = (self.y, if place < names { INK } else { GREY });
            self.put(ITEM, y, line, colour);
            self.y += height;
        }
        self.y += PADDING;
        self.rule(LEFT, RIGHT - LEFT, RULE);
    }

    fn totals(&mut self, facts: &Facts) {
        self.need(80.0);
        self.y += 8.0;
        let amount = |minor| Money::from_minor(minor).to_string();
        for (name, value) in [("Subtotal".to_owned(), facts.subtotal), (facts.tax_label(), facts.tax)] {
            let y = self.y;
            self.left(MIDDLE, y, &name, (BODY, Regular), GREY);
            self.right(AMOUNT, y, &amount(value), (BODY, Regular), INK);
            self.y += BODY * LEADING + 3.0;
        }
        self.rule(MIDDLE, RIGHT - MIDDLE, INK);
        self.y += 5.0;
        let y = self.y;
        self.left(MIDDLE, y, &format!("Total {}", facts.currency), (11.5, Bold), INK);
        self.right(AMOUNT, y, &amount(facts.total), (11.5, Bold), INK);
        self.y += 11.5 * LEADING + 18.0;
    }

    /// Terms, how to pay, notes, and what could not be printed.
    fn closing(&mut self, facts: &Facts) {
        self.section("TERMS", &terms(facts));
        if !facts.seller.payment.is_empty() {
            let payment = format!("{}\nReference: {}", facts.seller.payment.join("\n"), self.number);
            self.section("HOW TO PAY", &payment);
        }
        if !facts.notes.trim().is_empty() {
            self.section("NOTES TO THE ORDER", facts.notes.trim());
        }
        if texts(facts).any(has_missing) {
            let note = "? stands for a letter that this document has no font for; the order itself has it.";
            self.need(SMALL * LEADING);
            self.paragraph(note, (SMALL, Regular), GREY);
        }
    }

    fn section(&mut self, name: &str, text: &str) {
        // The name is not left alone at the end of a page.
        self.need((SMALL + BODY) * LEADING + 4.0);
        self.paragraph(name, (SMALL, Bold), GREY);
        self.y += 1.0;
        self.paragraph(text, (BODY, Regular), INK);
        self.y += 9.0;
    }

    /// All pages, each with its foot.
    fn finish(mut self, seller: &str) -> Vec<Vec<Item>> {
        let mut pages = std::mem::take(&mut self.pages);
        pages.push(std::mem::take(&mut self.page));
        let of = pages.len();
        for (number, page) in (1..).zip(&mut pages) {
            self.y = FOOT - 6.0;
            self.rule(LEFT, RIGHT - LEFT, RULE);
            let seller = wrap(seller, SMALL, Regular, 330.0).swap_remove(0);
            self.put(LEFT, FOOT, seller, GREY);
            let place = format!("{}  ·  Page {number} of {of}", self.number);
            self.right(RIGHT, FOOT, &place, (SMALL, Regular), GREY);
            page.append(&mut self.page);
        }
        pages
    }
}

/// Address, registration and where to reach them: what there is of it.
fn seller_lines(facts: &Facts) -> Vec<String> {
    let seller = &facts.seller;
    let reach = [&seller.phone, &seller.email].into_iter().filter(|text| !text.is_empty()).cloned();
    let mut lines = seller.address.clone();
    lines.extend(
        [&seller.registration, &seller.tax_number].into_iter().filter(|text| !text.is_empty()).cloned(),
    );
    lines.extend(reach);
    lines
}

fn terms(facts: &Facts) -> String {
    let (due, amount) = (long_day(&facts.due_on), Money::from_minor(facts.total));
    let currency = &facts.currency;
    if facts.is_prepaid() {
        format!("Prepaid: {currency} {amount} is due before the delivery on {due}.")
    } else {
        let days = facts.payment_days;
        format!("Credit, {days} days net: {currency} {amount} is due by {due}.")
    }
}

/// What is cut off is told of by dots.
fn capped(mut lines: Vec<Line>) -> Vec<Line> {
    if lines.len() > MOST_HEAD_LINES {
        lines.truncate(MOST_HEAD_LINES);
        let size = lines[0].size;
        lines.push(line("…", size, Regular));
    }
    lines
}

/// Every text that somebody else than Tria wrote.
fn texts(facts: &Facts) -> impl Iterator<Item = &str> {
    let (seller, buyer) = (&facts.seller, &facts.buyer);
    let heads =
        [&seller.name, &buyer.name, &buyer.address, &buyer.contact_person, &facts.notes, &facts.tax_name];
    let lines = facts.lines.iter().flat_map(|line| [&line.name, &line.unit]);
    let numbers = [&seller.registration, &seller.tax_number, &seller.phone, &seller.email];
    let blocks = seller.address.iter().chain(&seller.payment).chain(numbers);
    heads.into_iter().chain(lines).chain(blocks).map(String::as_str)
}
