//! Pages of A4 to draw on: what is drawn is collected first, so that every page can tell how many there are.
//!
//! Lengths are points (1/72 inch) from the upper left corner; a text stands on its baseline.

use krilla::color::rgb;
use krilla::geom::{PathBuilder, Point, Rect, Size, Transform};
use krilla::image::Image;
use krilla::metadata::{DateTime, Metadata};
use krilla::page::PageSettings;
use krilla::paint::Fill;
use krilla::surface::Surface;
use krilla::{Data, Document, SerializeSettings};

use super::RenderError;
use super::text::Line;
use crate::domain::document::PictureKind;

/// A4, in points.
pub(super) const PAGE_WIDTH: f32 = 595.28;
pub(super) const PAGE_HEIGHT: f32 = 841.89;

/// A colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Colour(pub u8, pub u8, pub u8);

/// Something on a page.
pub(super) enum Item {
    /// A line of text.
    Text { x: f32, baseline: f32, line: Line, colour: Colour },
    /// A filled rectangle; a thin one is a rule.
    Box { x: f32, y: f32, width: f32, height: f32, colour: Colour },
    /// The picture, in this size.
    Picture { x: f32, y: f32, width: f32, height: f32 },
}

/// What the file tells about itself.
pub(super) struct About {
    pub title: String,
    pub author: String,
    /// Not the moment of drawing: the same document is the same file at any time.
    pub created: jiff::Timestamp,
}

/// Makes the file.
pub(super) fn write(
    pages: Vec<Vec<Item>>,
    picture: Option<&Picture>,
    about: About,
) -> Result<Vec<u8>, RenderError> {
    let settings = SerializeSettings { enable_tagging: false, ..SerializeSettings::default() };
    let mut document = Document::new_with(settings);
    document.set_metadata(
        Metadata::new()
            .title(about.title)
            .authors(vec![about.author])
            .creator("Tria".to_owned())
            .language("en".to_owned())
            .creation_date(date_time(about.created)),
    );
    for items in pages {
        let Some(a4) = PageSettings::from_wh(PAGE_WIDTH, PAGE_HEIGHT) else { continue };
        let mut page = document.start_page_with(a4);
        let mut surface = page.surface();
        for item in items {
            draw(&mut surface, item, picture);
        }
        surface.finish();
        page.finish();
    }
    document.finish().map_err(|fault| RenderError::Pdf(fault.to_string()))
}

fn date_time(at: jiff::Timestamp) -> DateTime {
    let at = at.to_zoned(jiff::tz::TimeZone::UTC);
    let small = |n: i8| u8::try_from(n).unwrap_or(0);
    DateTime::new(u16::try_from(at.year()).unwrap_or(0))
        .month(small(at.month()))
        .day(small(at.day()))
        .hour(small(at.hour()))
        .minute(small(at.minute()))
        .second(small(at.second()))
        .utc_offset_hour(0)
        .utc_offset_minute(0)
}

fn draw(surface: &mut Surface<'_>, item: Item, picture: Option<&Picture>) {
    match item {
        Item::Text { x, baseline, line, colour } => {
            surface.set_fill(Some(fill(colour)));
            let mut x = x;
            for run in line.runs {
                let start = Point::from_xy(x, baseline);
                x += run.width;
                surface.draw_glyphs(start, &run.glyphs, run.face.font.clone(), &run.text, line.size, false);
            }
        }
        Item::Box { x, y, width, height, colour } => {
            let Some(area) = Rect::from_xywh(x, y, width, height) else { return };
            let mut path = PathBuilder::new();
            path.push_rect(area);
            if let Some(path) = path.finish() {
                surface.set_fill(Some(fill(colour)));
                surface.draw_path(&path);
            }
        }
        Item::Picture { x, y, width, height } => {
            if let (Some(picture), Some(size)) = (picture, Size::from_wh(width, height)) {
                surface.push_transform(&Transform::from_translate(x, y));
                surface.draw_image(picture.0.clone(), size);
                surface.pop();
            }
        }
    }
}

fn fill(Colour(red, green, blue): Colour) -> Fill {
    Fill { paint: rgb::Color::new(red, green, blue).into(), ..Fill::default() }
}

/// A picture that can be drawn.
pub(super) struct Picture(Image);

impl Picture {
    /// Reads PNG or JPEG.
    pub fn read(bytes: &[u8]) -> Result<Self, RenderError> {
        let data: Data = bytes.to_vec().into();
        let image = match PictureKind::of(bytes) {
            Some(PictureKind::Png) => Image::from_png(data, true),
            Some(PictureKind::Jpeg) => Image::from_jpeg(data, true),
            None => Err("neither PNG nor JPEG".to_owned()),
        };
        image.map(Self).map_err(RenderError::Pdf)
    }

    /// Width and height that fit into these, with its own proportions.
    pub fn fitted(&self, width: f32, height: f32) -> (f32, f32) {
        let (w, h) = self.0.size();
        let (w, h) = (w.max(1) as f32, h.max(1) as f32);
        let scale = (width / w).min(height / h);
        (w * scale, h * scale)
    }
}

/// Whether a picture can be drawn to the end: its body is only read when a file is made.
pub(super) fn check_picture(bytes: &[u8]) -> Result<(), RenderError> {
    let picture = Picture::read(bytes)?;
    let (width, height) = picture.fitted(100.0, 100.0);
    let page = vec![Item::Picture { x: 0.0, y: 0.0, width, height }];
    let about = About { title: String::new(), author: String::new(), created: jiff::Timestamp::UNIX_EPOCH };
    write(vec![page], Some(&picture), about).map(drop)
}
