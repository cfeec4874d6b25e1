//! A thread has a number in procfs too, and is no process.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on says where")]

use model::request::{Action, Refusal, Target};
use probe::Control;
use std::sync::mpsc::channel;

#[test]
fn a_thread_is_no_process() {
    let (tell, told) = channel();
    let (end, ended) = channel::<()>();
    let thread = std::thread::spawn(move || {
        tell.send(rustix::thread::gettid().as_raw_nonzero().get()).unwrap();
        let _ = ended.recv();
    });
    let target = Target { pid: told.recv().unwrap().cast_unsigned(), start_time: None };
    let control = Control::new().unwrap();
    assert_eq!(
        control.detail(target, model::request::DetailWish::cheap()).unwrap_err(),
        Refusal::NoSuchProcess
    );
    assert_eq!(control.act(target, Action::Resume).unwrap_err(), Refusal::NoSuchProcess);
    drop(end);
    thread.join().unwrap();
}
