//! User names, as the C library answers them.

use std::collections::HashMap;
use std::sync::Arc;

/// A name is asked for again after this long: directories of users change, and answer slowly.
const KEEP_NANOS: u64 = 300 * 1_000_000_000;

/// Names asked for before.
#[derive(Default)]
pub(super) struct Users {
    names: HashMap<u32, (Arc<str>, u64)>,
}

impl Users {
    /// Name of a user, or its number in digits when it has none.
    pub(super) fn name(&mut self, uid: u32, now_nanos: u64) -> Arc<str> {
        if let Some((name, asked)) = self.names.get(&uid)
            && now_nanos.saturating_sub(*asked) < KEEP_NANOS
        {
            return Arc::clone(name);
        }
        let found = uzers::get_user_by_uid(uid);
        let name: Arc<str> = found.map_or_else(
            || uid.to_string().into(),
            |user| model::text::from_kernel(user.name().as_encoded_bytes()).into(),
        );
        self.names.insert(uid, (Arc::clone(&name), now_nanos));
        name
    }
}
