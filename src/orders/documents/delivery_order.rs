//! The delivery order on A4, as a spreadsheet: what is handed over, with room for the receiver's signature. It tells no
//! prices: who receives goods is not always who pays for them.

use rust_xlsxwriter::{
    Color, DocProperties, ExcelDateTime, Format, FormatAlign, FormatBorder, Image, ObjectMovement, Workbook,
    Worksheet, XlsxError,
};

use super::facts::{Facts, Line};
use super::text::is_wide;
use super::{RenderError, long_day};
use crate::store::IssuedDocument;

/// Widths of the columns, in characters: number, SKU, description, quantity, unit, received.
const WIDTHS: [f64; 6] = [5.0, 20.0, 40.0, 11.0, 11.0, 13.0];
const LAST: u16 = 5;
/// Where the right half of the head begins.
const MIDDLE: u16 = 3;
/// Height of a line of text, in points.
const LINE: f64 = 13.5;
/// A4, as the format numbers it.
const A4: u8 = 9;
/// Longest text of a cell that the format can hold, in UTF-16 units.
const MOST_TEXT: usize = 32_767;
/// Highest row that the format can hold, in points.
const MOST_HEIGHT: f64 = 409.0;

const INK: Color = Color::RGB(0x0021_2529);
const GREY: Color = Color::RGB(0x0065_6D75);
const RULE: Color = Color::RGB(0x00CE_D4DA);
const SHADE: Color = Color::RGB(0x00F1_F3F5);

/// Makes the file.
pub(super) fn render(document: &IssuedDocument, facts: &Facts) -> Result<Vec<u8>, RenderError> {
    let number = document.number.to_string();
    let mut workbook = Workbook::new();
    workbook.set_properties(&properties(document, facts, &number)?);
    let sheet = workbook.add_worksheet();
    sheet.set_name("Delivery order")?;
    sheet.set_screen_gridlines(false);
    for (column, width) in (0..).zip(WIDTHS) {
        sheet.set_column_width(column, width)?;
    }
    let mut pen = Pen { sheet, row: 0 };
    pen.head(facts, &number, document.logo.as_deref())?;
    let heads = pen.table(facts)?;
    pen.closing(facts)?;
    let last = pen.row;
    page(pen.sheet, facts, &number, heads, last)?;
    Ok(workbook.save_to_buffer()?)
}

/// The moment of issue and not that of drawing: the same document is the same file at any time.
fn properties(document: &IssuedDocument, facts: &Facts, number: &str) -> Result<DocProperties, XlsxError> {
    let created = ExcelDateTime::from_timestamp(document.issued_at.as_second())?;
    Ok(DocProperties::new()
        .set_title(format!("Delivery order {number}"))
        .set_author(&facts.seller.name)
        .set_company(&facts.seller.name)
        .set_creation_datetime(&created))
}

fn page(sheet: &mut Worksheet, facts: &Facts, number: &str, heads: u32, last: u32) -> Result<(), XlsxError> {
    sheet.set_paper_size(A4).set_print_fit_to_pages(1, 0).set_print_center_horizontally(true);
    // Inches: left, right, top, bottom, header, footer.
    sheet.set_margins(0.5, 0.5, 0.6, 0.75, 0.3, 0.35);
    sheet.set_print_area(0, 0, last, LAST)?;
    sheet.set_repeat_rows(heads, heads)?;
    // A single & is a command there. The format holds 255 characters; a name has at most 100.
    let seller = facts.seller.name.replace('&', "&&");
    sheet.set_footer(format!("&L&8{seller}&R&8{number}   Page &P of &N"));
    Ok(())
}

/// Writes downwards.
struct Pen<'a> {
    sheet: &'a mut Worksheet,
    row: u32,
}

impl Pen<'_> {
    /// A text over the columns from `from` to `to`, in a row that is high enough for it.
    fn text(&mut self, from: u16, to: u16, text: &str, format: &Format) -> Result<(), XlsxError> {
        let text = clean(text);
        let format = if is_like_formula(&text) { format.clone().set_quote_prefix() } else { format.clone() };
        if from == to {
            self.sheet.write_string_with_format(self.row, from, text, &format)?;
        } else {
            self.sheet.merge_range(self.row, from, self.row, to, &text, &format)?;
        }
        Ok(())
    }

    /// Goes on in the next row; this one gets room for the text over these columns.
    fn next(&mut self, text: &str, from: u16, to: u16, line: f64) -> Result<(), XlsxError> {
        let room: f64 = WIDTHS[usize::from(from)..=usize::from(to)].iter().sum();
        let height = (lines_of(text, room) as f64 * line).min(MOST_HEIGHT);
        self.sheet.set_row_height(self.row, height)?;
        self.row += 1;
        Ok(())
    }

    fn gap(&mut self, height: f64) -> Result<(), XlsxError> {
        self.sheet.set_row_height(self.row, height)?;
        self.row += 1;
        Ok(())
    }

    fn head(&mut self, facts: &Facts, number: &str, logo: Option<&[u8]>) -> Result<(), XlsxError> {
        if let Some(logo) = logo {
            let image = Image::new_from_buffer(logo)?.set_scale_to_size(230, 62, true);
            let image =
                image.set_alt_text("Logo").set_object_movement(ObjectMovement::MoveButDontSizeWithCells);
            self.sheet.insert_image_with_offset(self.row, 0, &image, 2, 2)?;
            self.gap(52.0)?;
        }
        let left = MIDDLE - 1;
        let seller = facts.seller.name.as_str();
        self.text(0, left, seller, &bold(14.0))?;
        self.text(MIDDLE, LAST, "DELIVERY ORDER", &bold(16.0).set_align(FormatAlign::Right))?;
        self.next(seller, 0, 1, 22.0)?;
        let about = about(facts, number);
        let address = seller_lines(facts);
        for place in 0..about.len().max(address.len()) {
            let line = address.get(place).map_or("", String::as_str);
            if !line.is_empty() {
                self.text(0, left, line, &grey())?;
            }
            if let Some((name, value)) = about.get(place) {
                self.text(MIDDLE, MIDDLE, name, &grey())?;
                self.text(MIDDLE + 1, LAST, value, &bold(10.0).set_align(FormatAlign::Right))?;
            }
            self.next(line, 0, left, LINE)?;
        }
        self.gap(10.0)?;
        self.receiver(facts)
    }

    fn receiver(&mut self, facts: &Facts) -> Result<(), XlsxError> {
        let buyer = &facts.buyer;
        self.text(0, LAST, "DELIVER TO", &label())?;
        self.next("", 0, LAST, LINE)?;
        self.text(0, LAST, &buyer.name, &bold(12.0))?;
        self.next(&buyer.name, 0, 3, 17.0)?;
        let contact = [buyer.contact_person.trim(), buyer.contact_number.trim()];
        let contact = contact.into_iter().filter(|text| !text.is_empty()).collect::<Vec<_>>().join(", ");
        for text in [buyer.address.trim(), &contact].into_iter().filter(|text| !text.is_empty()) {
            self.text(0, LAST, text, &plain())?;
            self.next(text, 0, LAST, LINE)?;
        }
        self.gap(10.0)
    }

    /// The lines of the order; gives the row of the heads.
    fn table(&mut self, facts: &Facts) -> Result<u32, XlsxError> {
        let heads = self.row;
        let cells = [
            ("No.", head_cell().set_align(FormatAlign::Center)),
            ("SKU", head_cell()),
            ("Description", head_cell()),
            ("Quantity", indented(head_cell())),
            ("Unit", head_cell()),
            ("Received", head_cell().set_align(FormatAlign::Center)),
        ];
        for (column, (text, format)) in (0..).zip(cells) {
            self.text(column, column, text, &format)?;
        }
        self.next("", 0, LAST, 18.0)?;
        for (number, line) in (1_u32..).zip(&facts.lines) {
            self.line(number, line)?;
        }
        let units: u64 = facts.lines.iter().map(|line| u64::from(line.quantity)).sum();
        let total = indented(bold(10.0).set_align(FormatAlign::VerticalCenter));
        self.text(0, 2, "Units in all", &total)?;
        self.sheet.write_number_with_format(self.row, 3, units as f64, &total.set_num_format("#,##0"))?;
        self.next("", 0, LAST, 18.0)?;
        Ok(heads)
    }

    fn line(&mut self, number: u32, line: &Line) -> Result<(), XlsxError> {
        let place = cell().set_align(FormatAlign::Center).set_font_color(GREY);
        self.sheet.write_number_with_format(self.row, 0, number, &place)?;
        self.text(1, 1, &line.sku, &cell())?;
        self.text(2, 2, &line.name, &cell())?;
        self.sheet.write_number_with_format(
            self.row,
            3,
            line.quantity,
            &indented(cell()).set_num_format("#,##0"),
        )?;
        self.text(4, 4, &line.unit, &cell())?;
        let to_fill = cell().set_border_left(FormatBorder::Thin).set_border_right(FormatBorder::Thin);
        let to_fill = to_fill.set_border_left_color(RULE).set_border_right_color(RULE);
        self.sheet.write_blank(self.row, 5, &to_fill)?;
        let lines = [(1, &line.sku), (2, &line.name), (4, &line.unit)];
        let lines = lines.into_iter().map(|(column, text)| lines_of(text, WIDTHS[column])).max().unwrap_or(1);
        self.sheet.set_row_height(self.row, (lines as f64 * LINE + 5.0).min(MOST_HEIGHT))?;
        self.row += 1;
        Ok(())
    }

    fn closing(&mut self, facts: &Facts) -> Result<(), XlsxError> {
        if !facts.notes.trim().is_empty() {
            self.gap(8.0)?;
            self.text(0, LAST, "NOTES", &label())?;
            self.next("", 0, LAST, LINE)?;
            let notes = facts.notes.trim();
            self.text(0, LAST, notes, &plain())?;
            self.next(notes, 0, LAST, LINE)?;
        }
        self.gap(12.0)?;
        self.text(
            0,
            LAST,
            "Received the goods above complete and in good order, except as noted.",
            &plain(),
        )?;
        self.next("", 0, LAST, LINE)?;
        self.gap(40.0)?;
        let line = || {
            grey()
                .set_align(FormatAlign::VerticalCenter)
                .set_border_top(FormatBorder::Thin)
                .set_border_top_color(INK)
        };
        self.text(0, 1, "Delivered by (name, signature)", &line())?;
        self.text(3, LAST, "Received by (name, signature, stamp)", &line())?;
        self.next("", 0, LAST, LINE)?;
        self.gap(28.0)?;
        self.text(0, 1, "Vehicle, departure", &line())?;
        self.text(3, LAST, "Date and time", &line())?;
        self.sheet.set_row_height(self.row, LINE)?;
        Ok(())
    }
}

fn about(facts: &Facts, number: &str) -> Vec<(&'static str, String)> {
    let mut about = vec![
        ("DO no.", number.to_owned()),
        ("Date", long_day(&facts.issued_on)),
        ("Order no.", facts.order_id.to_string()),
        ("Order date", long_day(&facts.ordered_on)),
        ("Delivery date", long_day(&facts.delivery_date)),
    ];
    if facts.is_urgent {
        about.push(("Priority", "URGENT".to_owned()));
    }
    about
}

fn seller_lines(facts: &Facts) -> Vec<String> {
    let seller = &facts.seller;
    let rest = [&seller.registration, &seller.tax_number, &seller.phone, &seller.email];
    let rest = rest.into_iter().filter(|text| !text.is_empty());
    seller.address.iter().chain(rest).cloned().collect()
}

fn plain() -> Format {
    Format::new().set_font_size(10).set_font_color(INK).set_text_wrap().set_align(FormatAlign::Top)
}

fn grey() -> Format {
    plain().set_font_color(GREY)
}

fn label() -> Format {
    grey().set_bold().set_font_size(8)
}

fn bold(size: f64) -> Format {
    plain().set_bold().set_font_size(size)
}

fn cell() -> Format {
    let cell = plain().set_align(FormatAlign::VerticalCenter);
    cell.set_border_bottom(FormatBorder::Thin).set_border_bottom_color(RULE)
}

/// To the right, with a little room to the next column.
fn indented(format: Format) -> Format {
    format.set_align(FormatAlign::Right).set_indent(1)
}

fn head_cell() -> Format {
    label()
        .set_background_color(SHADE)
        .set_border_bottom(FormatBorder::Thin)
        .set_align(FormatAlign::VerticalCenter)
}

/// Without what a spreadsheet can not hold: control characters, and more text than fits a cell.
fn clean(text: &str) -> String {
    let mut units = 0;
    text.chars()
        .map(|c| if c.is_control() && c != '\n' { ' ' } else { c })
        .take_while(|c| {
            units += c.len_utf16();
            units <= MOST_TEXT
        })
        .collect()
}

/// Every text is written as a text and never as a formula; this keeps it one when somebody edits the cell.
fn is_like_formula(text: &str) -> bool {
    text.starts_with(['=', '+', '-', '@'])
}

/// How many lines a text takes in a column so many characters wide: an estimate, with a little room to spare, because
/// only the program that shows the sheet knows its font.
fn lines_of(text: &str, room: f64) -> usize {
    let wide = |c: char| if is_wide(c) { 2.0 } else { 0.95 };
    let lines = text.lines().map(|line| {
        let width: f64 = line.chars().map(wide).sum();
        ((width / room).ceil() as usize).max(1)
    });
    lines.sum::<usize>().max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_hold_what_they_can() {
        assert_eq!(clean("a\tb\u{7}c\nd"), "a b c\nd");
        assert_eq!(clean(&"x".repeat(40_000)).len(), MOST_TEXT);
        assert_eq!(clean(&"🍕".repeat(20_000)).chars().count(), MOST_TEXT / 2);
        assert!(is_like_formula("=1+1") && is_like_formula("+65 0000 0111") && !is_like_formula("a=1"));
    }

    #[test]
    fn rows_are_high_enough() {
        assert_eq!(lines_of("", 40.0), 1);
        assert_eq!(lines_of("Pizza box", 40.0), 1);
        assert_eq!(lines_of("x".repeat(100).as_str(), 40.0), 3);
        assert_eq!(lines_of("新".repeat(30).as_str(), 40.0), 2);
        assert_eq!(lines_of("a\nb", 40.0), 2);
    }
}
