//! Environment of one process: proc_pid_environ(5).

/// Names and values as they stand; pieces without a name are left out. Bounded by the input.
pub(crate) fn variables(bytes: &[u8]) -> impl Iterator<Item = (&[u8], &[u8])> {
    bytes.split(|byte| *byte == 0).filter_map(|piece| {
        let equals = piece.iter().position(|byte| *byte == b'=').filter(|at| *at > 0)?;
        Some((&piece[..equals], &piece[equals + 1..]))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variables_end_in_a_nul_and_values_may_hold_anything() {
        let all: Vec<_> = variables(b"A=1\0B=x=y\nz\0=no name\0none\0\0C=").collect();
        let expected: [(&[u8], &[u8]); 3] = [(b"A", b"1"), (b"B", b"x=y\nz"), (b"C", b"")];
        assert_eq!(all, expected);
    }
}
