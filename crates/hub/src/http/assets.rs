//! The dashboard, from the binary.

use super::HttpProblem;
use axum::http::header::{
    ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, ETAG, IF_NONE_MATCH, VARY,
};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use rust_embed::Embed;
use std::borrow::Cow;
use std::fmt::Write;

#[derive(Embed)]
#[folder = "$TOPMAST_WEB_EMBEDDED"]
struct Dashboard;

/// A file and what tells its content from others.
struct Asset {
    content: Cow<'static, [u8]>,
    tag: String,
}

fn embedded(name: &str) -> Option<Asset> {
    let file = Dashboard::get(name)?;
    Some(Asset { tag: entity_tag(&file.metadata.sha256_hash()), content: file.data })
}

/// Paths that are never pages.
const NOT_PAGES: [&str; 4] = ["api", "monitoring", "ws", "assets"];

/// Whatever no route takes: a file of the dashboard, one of its pages, or nothing.
pub(super) async fn serve(method: Method, uri: Uri, headers: HeaderMap) -> Response {
    let path = uri.path().trim_start_matches('/');
    let first = path.split('/').next().unwrap_or_default();
    if NOT_PAGES[..3].contains(&first) {
        return nothing().into_response();
    }
    if ![Method::GET, Method::HEAD].contains(&method) {
        return HttpProblem::method_not_allowed("GET, HEAD").into_response();
    }
    let is_page = !path.contains('.') && !NOT_PAGES.contains(&first);
    let name = if is_page { "index.html" } else { path };
    find(name, &headers, embedded).unwrap_or_else(|| nothing().into_response())
}

pub(super) fn nothing() -> HttpProblem {
    HttpProblem::not_found("there is nothing under this path")
}

fn find(name: &str, headers: &HeaderMap, load: impl Fn(&str) -> Option<Asset>) -> Option<Response> {
    // The twins are ways to send a file, not files to ask for.
    if name.ends_with(".br") || name.contains("..") {
        return None;
    }
    let plain = load(name)?;
    let packed = accepts_brotli(headers).then(|| load(&format!("{name}.br"))).flatten();
    Some(match packed {
        Some(packed) => {
            let mut response = answer(name, packed, headers);
            let encoding = HeaderValue::from_static("br");
            response.headers_mut().insert(CONTENT_ENCODING, encoding);
            response
        }
        None => answer(name, plain, headers),
    })
}

fn answer(name: &str, asset: Asset, headers: &HeaderMap) -> Response {
    let Asset { content, tag } = asset;
    let known = headers.get_all(IF_NONE_MATCH).iter().any(|value| names_tag(value, &tag));
    let mut response = if known {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        let kind = HeaderValue::from_static(content_type(name));
        ([(CONTENT_TYPE, kind)], axum::body::Body::from(content)).into_response()
    };
    let kept = if name.starts_with("assets/") {
        "public, max-age=31536000, immutable"
    } else {
        "no-cache"
    };
    let fixed = [(CACHE_CONTROL, kept), (VARY, "Accept-Encoding")];
    for (header, value) in fixed {
        response.headers_mut().insert(header, HeaderValue::from_static(value));
    }
    if let Ok(tag) = HeaderValue::from_str(&tag) {
        response.headers_mut().insert(ETAG, tag);
    }
    response
}

fn entity_tag(hash: &[u8; 32]) -> String {
    let mut tag = String::from("\"");
    for byte in &hash[..16] {
        write!(tag, "{byte:02x}").expect("writing to a String does not fail");
    }
    tag.push('"');
    tag
}

fn names_tag(value: &HeaderValue, tag: &str) -> bool {
    let Ok(list) = value.to_str() else { return false };
    list.split(',')
        .map(|one| one.trim().trim_start_matches("W/"))
        .any(|one| one == tag || one == "*")
}

fn accepts_brotli(headers: &HeaderMap) -> bool {
    let lists = headers.get_all(ACCEPT_ENCODING).iter().filter_map(|value| value.to_str().ok());
    let mut codings = lists.flat_map(|list| list.split(','));
    codings.any(|coding| {
        let (name, weight) = coding.split_once(';').unwrap_or((coding, ""));
        let refused = matches!(weight.trim(), "q=0" | "q=0.0" | "q=0.00" | "q=0.000");
        name.trim().eq_ignore_ascii_case("br") && !refused
    })
}

fn content_type(name: &str) -> &'static str {
    match name.rsplit('.').next().unwrap_or_default() {
        "html" => "text/html; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "json" => "application/json",
        "webmanifest" => "application/manifest+json",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        "txt" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dashboard(name: &str) -> Option<Asset> {
        let content: &'static [u8] = match name {
            "index.html" => b"<html>",
            "assets/app-1.js" => b"long script",
            "assets/app-1.js.br" => b"packed",
            _ => return None,
        };
        Some(Asset { content: content.into(), tag: format!("\"{name}\"") })
    }

    fn ask(name: &str, headers: &[(axum::http::HeaderName, &'static str)]) -> Option<Response> {
        let pairs = headers.iter().cloned();
        let headers = pairs.map(|(name, value)| (name, HeaderValue::from_static(value))).collect();
        find(name, &headers, dashboard)
    }

    fn header(response: &Response, name: axum::http::HeaderName) -> &str {
        response.headers().get(name).map_or("", |value| value.to_str().unwrap())
    }

    #[test]
    fn the_packed_twin_goes_to_those_who_take_it() {
        let name = "assets/app-1.js";
        for (accepted, encoding) in
            [("gzip, br", "br"), ("BR;q=0.5", "br"), ("br;q=0", ""), ("gzip", ""), ("brr", "")]
        {
            let response = ask(name, &[(ACCEPT_ENCODING, accepted)]).unwrap();
            assert_eq!(header(&response, CONTENT_ENCODING), encoding, "{accepted}");
            assert_eq!(header(&response, CONTENT_TYPE), "text/javascript; charset=utf-8");
            assert_eq!(header(&response, CACHE_CONTROL), "public, max-age=31536000, immutable");
            assert_eq!(header(&response, VARY), "Accept-Encoding");
        }
        let page = ask("index.html", &[(ACCEPT_ENCODING, "br")]).unwrap();
        assert_eq!(header(&page, CONTENT_ENCODING), "", "there is no twin of it");
        assert_eq!(header(&page, CACHE_CONTROL), "no-cache");
        assert!(ask("assets/app-1.js.br", &[]).is_none());
        assert!(ask("../index.html", &[]).is_none());
    }

    #[test]
    fn what_the_browser_has_is_not_sent_again() {
        let name = "assets/app-1.js";
        for (known, status) in [
            ("\"assets/app-1.js\"", 304),
            ("W/\"x\", W/\"assets/app-1.js\"", 304),
            ("*", 304),
            ("\"assets/app-1.js.br\"", 200),
        ] {
            let response = ask(name, &[(IF_NONE_MATCH, known)]).unwrap();
            assert_eq!(response.status(), status, "{known}");
            assert_eq!(header(&response, ETAG), "\"assets/app-1.js\"");
        }
    }
}
