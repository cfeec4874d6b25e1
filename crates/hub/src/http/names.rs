//! The names under which we are reached. A page of another name that resolves to our address
//! (DNS rebinding) must not get at the API.

use axum::http::Uri;
use axum::http::uri::Authority;
use std::net::{IpAddr, SocketAddr};

/// The address under which browsers reach us through a proxy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PublicUrl {
    scheme: String,
    /// Name and port in lower case, the port left out where it is the scheme's own.
    authority: String,
}

impl PublicUrl {
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let uri: Uri = text.parse().ok()?;
        let scheme = uri.scheme_str().filter(|scheme| ["http", "https"].contains(scheme))?;
        let authority = uri.authority()?.as_str().to_lowercase();
        let plain = uri.path().trim_end_matches('/').is_empty() && uri.query().is_none();
        if authority.contains('@') || !plain {
            return None;
        }
        let own_port = if scheme == "https" { ":443" } else { ":80" };
        let authority = authority.strip_suffix(own_port).unwrap_or(&authority).to_owned();
        Some(Self { scheme: scheme.to_owned(), authority })
    }

    pub(crate) fn is_secure(&self) -> bool {
        self.scheme == "https"
    }

    pub(crate) fn text(&self) -> String {
        format!("{}://{}", self.scheme, self.authority)
    }
}

/// Decides which `Host` and which `Origin` are ours.
pub(crate) struct ServedNames {
    pub(crate) public: Option<PublicUrl>,
}

impl ServedNames {
    /// Whether `host`, of a request on a connection to `local`, is a name of ours: `localhost`, a
    /// loopback address or the very address connected to, with our port; or the public name.
    pub(crate) fn is_served(&self, host: &str, local: SocketAddr) -> bool {
        let host = host.to_lowercase();
        if self.public.as_ref().is_some_and(|public| public.authority == host) {
            return true;
        }
        let Ok(authority) = host.parse::<Authority>() else { return false };
        if host.contains('@') || authority.port_u16().unwrap_or(80) != local.port() {
            return false;
        }
        let name = authority.host();
        let address = name.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
        match address.map(|address| address.to_canonical()) {
            Ok(address) => address.is_loopback() || address == local.ip().to_canonical(),
            Err(_) => name == "localhost",
        }
    }

    /// Whether `origin` is the page we serve under `host`, or under the public name.
    pub(crate) fn is_own_origin(&self, origin: &str, host: &str) -> bool {
        let public = self.public.as_ref().map(PublicUrl::text);
        let origin = origin.to_lowercase();
        public.is_some_and(|public| public == origin)
            || origin == format!("http://{}", host.to_lowercase())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(public: Option<&str>) -> ServedNames {
        ServedNames { public: public.map(|text| PublicUrl::parse(text).unwrap()) }
    }

    #[test]
    fn only_our_own_names_with_our_port_are_served() {
        let local: SocketAddr = "192.0.2.7:8000".parse().unwrap();
        let names = names(Some("https://Mast.Example:443/"));
        for host in [
            "localhost:8000",
            "LocalHost:8000",
            "127.0.0.1:8000",
            "127.9.9.9:8000",
            "[::1]:8000",
            "192.0.2.7:8000",
            "mast.example",
        ] {
            assert!(names.is_served(host, local), "{host}");
        }
        for host in [
            "",
            "evil.example:8000",
            "localhost",
            "localhost:8001",
            "192.0.2.8:8000",
            "localhost.evil.example:8000",
            "user@localhost:8000",
            "mast.example:8000",
            "127.0.0.1.evil.example:8000",
        ] {
            assert!(!names.is_served(host, local), "{host}");
        }
    }

    #[test]
    fn an_origin_must_be_the_page_itself() {
        let names = names(Some("https://mast.example"));
        assert!(names.is_own_origin("http://localhost:8000", "localhost:8000"));
        assert!(names.is_own_origin("https://mast.example", "mast.example"));
        for origin in ["null", "https://localhost:8000", "http://localhost:8001", "http://evil"] {
            assert!(!names.is_own_origin(origin, "localhost:8000"), "{origin}");
        }
    }

    #[test]
    fn a_public_address_is_a_scheme_and_a_name() {
        for text in ["mast.example", "ftp://x", "https://u@x", "https://x/path", "https://", ""] {
            assert_eq!(PublicUrl::parse(text), None, "{text}");
        }
        assert_eq!(PublicUrl::parse("http://x:80").unwrap().text(), "http://x");
    }
}
