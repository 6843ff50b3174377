//! Maven versions compare without falling over, and a version equals itself.
#![no_main]

use bomvet::version::{Order, Version};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|pair: (&str, &str)| {
    let (a, b) = (
        Version::parse(Order::Maven, pair.0),
        Version::parse(Order::Maven, pair.1),
    );
    if let (Ok(a), Ok(b)) = (a, b) {
        assert!(a.compare(&a).is_none_or(|order| order.is_eq()));
        assert_eq!(a.compare(&b), b.compare(&a).map(|order| order.reverse()));
    }
});
