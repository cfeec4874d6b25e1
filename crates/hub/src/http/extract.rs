//! What requests carry, taken in so that a mistake is answered with the field it is in.

use super::HttpProblem;
use axum::body::Bytes;
use axum::extract::path::ErrorKind;
use axum::extract::rejection::PathRejection;
use axum::extract::{FromRequest, FromRequestParts, Path, Query, Request};
use axum::http::header::CONTENT_TYPE;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::str::FromStr;
use std::time::Duration;

/// Bytes of a body at most.
pub(super) const BODY_MAX: usize = 64 * 1024;
/// How long a body may take to arrive.
const BODY_TIME: Duration = Duration::from_secs(10);

/// A JSON body.
pub(crate) struct JsonBody<T>(pub(crate) T);

/// A JSON body that may be left out.
pub(crate) struct OptionalJsonBody<T>(pub(crate) T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for JsonBody<T> {
    type Rejection = HttpProblem;

    async fn from_request(request: Request, _: &S) -> Result<Self, HttpProblem> {
        let headers = request.headers().clone();
        parse_json(&headers, &read_body(request).await?).map(Self)
    }
}

impl<S: Send + Sync, T: DeserializeOwned + Default> FromRequest<S> for OptionalJsonBody<T> {
    type Rejection = HttpProblem;

    async fn from_request(request: Request, _: &S) -> Result<Self, HttpProblem> {
        let headers = request.headers().clone();
        let body = read_body(request).await?;
        if body.is_empty() {
            return Ok(Self(T::default()));
        }
        parse_json(&headers, &body).map(Self)
    }
}

async fn read_body(request: Request) -> Result<Bytes, HttpProblem> {
    let read = tokio::time::timeout(BODY_TIME, Bytes::from_request(request, &())).await;
    let read = read.map_err(|_| {
        HttpProblem::new(StatusCode::REQUEST_TIMEOUT, "the body took more than 10 s to arrive")
    })?;
    read.map_err(|rejection| match rejection.status() {
        StatusCode::PAYLOAD_TOO_LARGE => body_too_large(),
        _ => HttpProblem::new(StatusCode::BAD_REQUEST, "the body did not arrive whole"),
    })
}

pub(super) fn body_too_large() -> HttpProblem {
    let detail = format!("a body may have at most {BODY_MAX} bytes");
    HttpProblem::new(StatusCode::PAYLOAD_TOO_LARGE, detail)
}

fn parse_json<T: DeserializeOwned>(headers: &HeaderMap, body: &[u8]) -> Result<T, HttpProblem> {
    let kind = headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let essence = kind.split(';').next().unwrap_or_default().trim();
    if !essence.eq_ignore_ascii_case("application/json") {
        let status = StatusCode::UNSUPPORTED_MEDIA_TYPE;
        return Err(HttpProblem::new(status, "the body must be application/json")
            .hint("send the header Content-Type: application/json"));
    }
    let mut reader = serde_json::Deserializer::from_slice(body);
    let value = serde_path_to_error::deserialize(&mut reader).map_err(|error| {
        let path = error.path().to_string();
        json_problem(&error.into_inner(), &path)
    })?;
    reader.end().map_err(|error| json_problem(&error, "."))?;
    Ok(value)
}

fn json_problem(error: &serde_json::Error, path: &str) -> HttpProblem {
    let text = error.to_string();
    if !error.is_data() {
        let detail = format!("the body is not JSON: {text}");
        return HttpProblem::new(StatusCode::BAD_REQUEST, detail);
    }
    let problem = HttpProblem::new(StatusCode::UNPROCESSABLE_ENTITY, text.clone());
    match (path, quoted(&text)) {
        // Only the words of serde name a field that is missing.
        (".", Some(field)) if text.contains(" field `") => problem.field(field),
        (".", _) => problem,
        (path, _) => problem.field(path),
    }
}

fn quoted(text: &str) -> Option<&str> {
    text.split('`').nth(1)
}

/// The query of the address.
pub(crate) struct Parameters(Vec<(String, String)>);

impl<S: Send + Sync> FromRequestParts<S> for Parameters {
    type Rejection = HttpProblem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, HttpProblem> {
        let pairs = Query::from_request_parts(parts, state).await;
        pairs.map(|Query(pairs)| Self(pairs)).map_err(|_| {
            HttpProblem::new(StatusCode::BAD_REQUEST, "the query of the address is not readable")
        })
    }
}

impl Parameters {
    /// The one value of a parameter.
    pub(crate) fn text(&self, name: &str) -> Result<Option<&str>, HttpProblem> {
        let mut values = self.0.iter().filter(|(key, _)| key == name);
        let first = values.next().map(|(_, value)| value.as_str());
        match values.next() {
            None => Ok(first),
            Some(_) => Err(bad_parameter(name, format!("{name} is given twice"))),
        }
    }

    /// The value of a parameter as a number, or whatever else `expected` calls it.
    pub(crate) fn parsed<T: FromStr>(
        &self,
        name: &str,
        expected: &str,
    ) -> Result<Option<T>, HttpProblem> {
        let Some(text) = self.text(name)? else { return Ok(None) };
        let parsed = text.parse().map(Some);
        parsed.map_err(|_| bad_parameter(name, format!("{name} must be {expected}")))
    }
}

pub(crate) fn bad_parameter(name: &str, detail: String) -> HttpProblem {
    HttpProblem::new(StatusCode::BAD_REQUEST, detail).field(name)
}

/// The variable parts of a path.
pub(crate) struct Segments<T>(pub(crate) T);

impl<S: Send + Sync, T: DeserializeOwned + Send> FromRequestParts<S> for Segments<T> {
    type Rejection = HttpProblem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, HttpProblem> {
        let path = Path::from_request_parts(parts, state).await;
        path.map(|Path(segments)| Self(segments)).map_err(|rejection| path_problem(&rejection))
    }
}

fn path_problem(rejection: &PathRejection) -> HttpProblem {
    let PathRejection::FailedToDeserializePathParams(failure) = rejection else {
        return HttpProblem::internal("this path has no parts to read");
    };
    let problem = HttpProblem::new(StatusCode::BAD_REQUEST, failure.body_text());
    match failure.kind() {
        ErrorKind::ParseErrorAtKey { key, .. } => {
            let detail = format!("{key} in the path must be a whole number from 0 to {}", u32::MAX);
            HttpProblem::new(StatusCode::BAD_REQUEST, detail).field(key.clone())
        }
        ErrorKind::InvalidUtf8InPathParam { key } => problem.field(key.clone()),
        _ => problem,
    }
}

/// A JSON answer.
pub(crate) struct Reply<T>(pub(crate) T);

impl<T: Serialize> IntoResponse for Reply<T> {
    fn into_response(self) -> Response {
        match serde_json::to_vec(&self.0) {
            Ok(body) => json_response(body.into()),
            Err(_) => HttpProblem::internal("the answer cannot be written as JSON").into_response(),
        }
    }
}

pub(super) fn json_response(body: Bytes) -> Response {
    let json = HeaderValue::from_static("application/json");
    ([(CONTENT_TYPE, json)], body).into_response()
}
