//! Whatever the kernel, or who stands in for it, hands out: no parser panics.

use proptest::prelude::*;

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        probe::fuzz::every(&bytes);
    }

    #[test]
    fn bytes_that_look_right_at_first(
        start in prop::sample::select(vec![
            "1 (a) S 0 1 1 0 -1 4194560 ", "Uid:\t", "read_bytes: ", "cpu  1 2 3", "cpu0 ",
            "MemTotal: ", "some avg10=", "  eth0: 1 2 3 4", "0::/", "PASSWORD=", "a://b:c@",
            "1000-2000 rw-p 0 8:1 5 /", "Rss: ", "pos:\t0\nflags:\t01\nmnt_id:\t", "4:cpu:/",
            "1 2 8:1 / /a rw - ext4 /dev/a ", "Limit\nMax open files            ", "CapInh:\t",
            "   0: 0100007F:8593 00000000:0000 0A ", "net:[", "41 31 0:38 / /sys rw - cgroup2 ",
        ]),
        rest in prop::collection::vec(
            prop::sample::select(b"0123456789 -.:/@=\n\t()abkB\0\xff".to_vec()), 0..300),
    ) {
        probe::fuzz::every(&[start.as_bytes(), &rest].concat());
    }

    #[test]
    fn netlink_messages_of_any_length(
        length in any::<u32>(), kind in 0u16..30, body in prop::collection::vec(any::<u8>(), 0..300),
    ) {
        let mut message = length.to_ne_bytes().to_vec();
        message.extend(kind.to_ne_bytes());
        message.extend([0; 10]);
        message.extend(&body);
        probe::fuzz::every(&message);
        let whole = (message.len() as u32).to_ne_bytes();
        message[..4].copy_from_slice(&whole);
        message[4..6].copy_from_slice(&20u16.to_ne_bytes());
        probe::fuzz::every(&message);
    }
}
