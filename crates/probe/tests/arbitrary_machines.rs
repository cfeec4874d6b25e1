//! Whatever the files around the processes hold: no parser panics.

use proptest::prelude::*;

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, ..ProptestConfig::default() })]

    #[test]
    fn lines_that_look_right_at_first(
        start in prop::sample::select(vec![
            "cpu 1\ncpu9 ", "intr ", "pgfault ", "HugePages_Total: 9\nHugepagesize: ", "8 0 sda ",
            "processor\t: ", "cpu MHz\t: ", "physical id : 0\ncore id : ", "flags : hypervisor ",
            "30 1 0:26 / /a rw - nfs ", "30 1 0:26 /\\04", "0::/../", "4:memory:", "max ", "-",
            "oom_kill ", "USER=a\nLEADER=1\nREALTIME=", "[{\"Id\":\"a\",\"Names\":[",
            "[{\"id\":\"a\",\"metadata\":\"", "{\"annotations\":{\"", "HTTP/1.0 200 \r\n\r\n",
        ]),
        rest in prop::collection::vec(
            prop::sample::select(b"0123456789 -.:/\\@=\"{}[],\n\r\tabk\0\xff".to_vec()), 0..300),
    ) {
        probe::fuzz::every(&[start.as_bytes(), &rest].concat());
    }

    #[test]
    fn records_of_any_kind(
        kind in 0u16..40, length in any::<u16>(), body in prop::collection::vec(any::<u8>(), 0..900),
    ) {
        // A session's record begins with its kind; a message's has it behind its length.
        let mut bytes = kind.to_ne_bytes().to_vec();
        bytes.extend(&body);
        probe::fuzz::every(&bytes);
        let mut message = (body.len() as u32 + 16).to_ne_bytes().to_vec();
        message.extend(20u16.to_ne_bytes());
        message.extend([0; 10]);
        message.extend(&body);
        if let Some(place) = message.get_mut(24..26) {
            place.copy_from_slice(&length.to_ne_bytes());
        }
        probe::fuzz::every(&message);
    }
}
