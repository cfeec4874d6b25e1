//! Access tokens: JWT, HS256 and nothing else, a quarter of an hour.

use crate::accounts::Accounts;
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use serde::{Deserialize, Serialize};

const AUDIENCE: &str = "topmast";
/// Seconds a token is good for.
pub(crate) const LIFETIME_SECONDS: u64 = 15 * 60;

/// Signs and checks the tokens of one instance.
pub(crate) struct AccessTokens {
    issuer: String,
    encoding: EncodingKey,
    decoding: DecodingKey,
    validation: Validation,
}

#[derive(Serialize, Deserialize)]
struct Claims {
    iss: String,
    aud: String,
    sub: String,
    sid: String,
    iat: u64,
    exp: u64,
}

impl AccessTokens {
    pub(crate) fn new(accounts: &Accounts) -> Self {
        let key = accounts.signing_key();
        let mut validation = Validation::new(Algorithm::HS256);
        validation.leeway = 0;
        validation.validate_nbf = true;
        validation.set_audience(&[AUDIENCE]);
        validation.set_issuer(&[accounts.instance_id()]);
        validation.set_required_spec_claims(&["exp", "iss", "aud", "sub"]);
        Self {
            issuer: accounts.instance_id().to_owned(),
            encoding: EncodingKey::from_secret(key),
            decoding: DecodingKey::from_secret(key),
            validation,
        }
    }

    /// A token for a session, from `now` in Unix seconds.
    pub(crate) fn sign(&self, session: &str, user: &str, now: i64) -> Option<String> {
        let iat = u64::try_from(now).ok()?;
        let claims = Claims {
            iss: self.issuer.clone(),
            aud: AUDIENCE.to_owned(),
            sub: user.to_owned(),
            sid: session.to_owned(),
            iat,
            exp: iat + LIFETIME_SECONDS,
        };
        jsonwebtoken::encode(&Header::new(Algorithm::HS256), &claims, &self.encoding).ok()
    }

    /// The session a token names, if we signed it and it is still good. Whether the session
    /// lives is another question.
    pub(crate) fn session(&self, token: &str) -> Option<String> {
        let decoded = jsonwebtoken::decode::<Claims>(token, &self.decoding, &self.validation);
        decoded.ok().map(|token| token.claims.sid)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use base64::Engine;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;
    use jsonwebtoken::get_current_timestamp;
    use serde_json::{Value, json};
    use tempfile::TempDir;

    fn tokens() -> (TempDir, Accounts, AccessTokens) {
        let directory = TempDir::new().unwrap();
        let accounts = Accounts::open(directory.path()).unwrap();
        let tokens = AccessTokens::new(&accounts);
        (directory, accounts, tokens)
    }

    fn claims(accounts: &Accounts) -> Value {
        let now = get_current_timestamp();
        json!({"iss": accounts.instance_id(), "aud": "topmast", "sub": "ann", "sid": "s1",
               "iat": now, "exp": now + 60})
    }

    fn signed(algorithm: Algorithm, claims: &Value, key: &[u8]) -> String {
        let key = EncodingKey::from_secret(key);
        jsonwebtoken::encode(&Header::new(algorithm), claims, &key).unwrap()
    }

    fn with_header(token: &str, header: &Value) -> String {
        let rest = token.split_once('.').unwrap().1;
        format!("{}.{rest}", URL_SAFE_NO_PAD.encode(header.to_string()))
    }

    #[test]
    fn our_own_token_names_its_session_for_a_quarter_of_an_hour() {
        let (_directory, accounts, tokens) = tokens();
        let now = get_current_timestamp() as i64;
        let token = tokens.sign("s1", "ann", now).unwrap();
        assert_eq!(tokens.session(&token).as_deref(), Some("s1"));
        let good = signed(Algorithm::HS256, &claims(&accounts), accounts.signing_key());
        assert_eq!(tokens.session(&good).as_deref(), Some("s1"), "the tests sign as we do");
        let old = tokens.sign("s1", "ann", now - LIFETIME_SECONDS as i64 - 1).unwrap();
        assert_eq!(tokens.session(&old), None);
    }

    #[test]
    fn other_algorithms_are_refused_even_with_our_key() {
        let (_directory, accounts, tokens) = tokens();
        let (claims, key) = (claims(&accounts), *accounts.signing_key());
        for algorithm in [Algorithm::HS384, Algorithm::HS512] {
            assert_eq!(tokens.session(&signed(algorithm, &claims, &key)), None, "{algorithm:?}");
        }
        let good = signed(Algorithm::HS256, &claims, &key);
        for word in ["none", "None", "HS512", "RS256", "ES256", "EdDSA"] {
            let header = json!({"typ": "JWT", "alg": word});
            assert_eq!(tokens.session(&with_header(&good, &header)), None, "{word}");
        }
        let payload = good.split('.').nth(1).unwrap();
        let header = URL_SAFE_NO_PAD.encode(r#"{"alg":"none"}"#);
        assert_eq!(tokens.session(&format!("{header}.{payload}.")), None);
        assert_eq!(tokens.session(&format!("{header}.{payload}")), None);
    }

    #[test]
    fn foreign_expired_and_tampered_tokens_are_refused() {
        let (_directory, accounts, tokens) = tokens();
        let (good_claims, key) = (claims(&accounts), *accounts.signing_key());
        let good = signed(Algorithm::HS256, &good_claims, &key);
        assert_eq!(tokens.session(&signed(Algorithm::HS256, &good_claims, &[7; 32])), None);
        let parts: Vec<&str> = good.split('.').collect();
        let mut other = good_claims.clone();
        other["sid"] = json!("s2");
        let payload = URL_SAFE_NO_PAD.encode(other.to_string());
        assert_eq!(tokens.session(&format!("{}.{payload}.{}", parts[0], parts[2])), None);
        let flipped = if parts[2].starts_with('A') { "B" } else { "A" };
        let signature = format!("{flipped}{}", &parts[2][1..]);
        assert_eq!(tokens.session(&format!("{}.{}.{signature}", parts[0], parts[1])), None);
        let now = get_current_timestamp();
        for (claim, value) in [
            ("exp", json!(now - 1)),
            ("iss", json!("another hub")),
            ("aud", json!("another program")),
            ("exp", Value::Null),
            ("sid", Value::Null),
            ("iss", Value::Null),
        ] {
            let mut wrong = good_claims.clone();
            wrong[claim] = value.clone();
            if value.is_null() {
                wrong.as_object_mut().unwrap().remove(claim);
            }
            let token = signed(Algorithm::HS256, &wrong, &key);
            assert_eq!(tokens.session(&token), None, "{claim} {value}");
        }
        for text in ["", ".", "..", "a.b.c", "not a token"] {
            assert_eq!(tokens.session(text), None, "{text}");
        }
    }
}
