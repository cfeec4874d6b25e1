//! Lists of users: passwd(5).

use super::words::lines;

/// Calls `each` with every user's number and name.
pub(crate) fn users(bytes: &[u8], mut each: impl FnMut(u32, &[u8])) {
    for line in lines(bytes) {
        let mut fields = line.split(|byte| *byte == b':');
        let (Some(name), Some(digits)) = (fields.next(), fields.nth(1)) else { continue };
        let uid = std::str::from_utf8(digits).ok().and_then(|digits| digits.parse().ok());
        if let Some(uid) = uid.filter(|_| !name.is_empty() && !name.starts_with(b"#")) {
            each(uid, name);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::users;

    #[test]
    fn lines_that_are_no_users_are_left_out() {
        let text =
            b"root:x:0:0:root:/root:/bin/sh\n# x:y:1:\n+::::::\na:b\n:x:5:\nbig:x:4294967296:\n\
            \nme:x:1000:1000::/home/me:/bin/sh";
        let mut seen = Vec::new();
        users(text, |uid, name| seen.push((uid, String::from_utf8_lossy(name).into_owned())));
        assert_eq!(seen, [(0, "root".to_owned()), (1000, "me".to_owned())]);
    }
}
