//! The chat page and its parts, from inside the executable.

use std::sync::LazyLock;

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse};
use sha2::{Digest as _, Sha256};

/// The page runs its own scripts and talks to its own server; nothing else, and in no other site's frame.
const POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; \
                      connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'self'";

/// A file of the page.
pub struct Page {
    /// Where it is found.
    pub path: &'static str,
    media_type: &'static str,
    content: &'static str,
    etag: String,
}

/// All files of the page.
pub static PAGES: LazyLock<[Page; 5]> = LazyLock::new(|| {
    const SCRIPT: &str = "text/javascript; charset=utf-8";
    [
        page("/", "text/html; charset=utf-8", include_str!("../../assets/ui/index.html")),
        page("/assets/chat.css", "text/css; charset=utf-8", include_str!("../../assets/ui/chat.css")),
        page("/assets/chat.js", SCRIPT, include_str!("../../assets/ui/chat.js")),
        page("/assets/render.js", SCRIPT, include_str!("../../assets/ui/render.js")),
        page("/assets/favicon.svg", "image/svg+xml", include_str!("../../assets/ui/favicon.svg")),
    ]
});

fn page(path: &'static str, media_type: &'static str, content: &'static str) -> Page {
    let hash = Sha256::digest(content.as_bytes());
    let short = hash.iter().take(8).fold(String::new(), |text, byte| format!("{text}{byte:02x}"));
    // Weak, because the same file goes out with and without compression.
    Page { path, media_type, content, etag: format!("W/\"{short}\"") }
}

impl Page {
    /// The file, or word that the client's copy is good.
    pub fn respond(&self, req: &HttpRequest) -> HttpResponse {
        let known = req.headers().get(header::IF_NONE_MATCH).and_then(|tags| tags.to_str().ok());
        let known = known.is_some_and(|tags| tags.split(',').any(|tag| tag.trim() == self.etag));
        let mut response = if known { HttpResponse::NotModified() } else { HttpResponse::Ok() };
        response
            .insert_header((header::ETAG, self.etag.as_str()))
            // Names stay while contents change: a script of one version must not meet a page of another.
            .insert_header((header::CACHE_CONTROL, "no-cache"))
            .insert_header((header::CONTENT_SECURITY_POLICY, POLICY));
        if known {
            return response.finish();
        }
        response.insert_header((header::CONTENT_TYPE, self.media_type)).body(self.content)
    }
}
