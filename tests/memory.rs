//! How much memory reading takes at its peak, the file's own bytes included, counted allocation by
//! allocation: the same on every machine. `cargo test --test memory -- --nocapture` prints the figures.

use std::hint::black_box;

use bomvet::ingest::{self, json};
use cyclonedx_bom::models::bom::Bom;
use peak_alloc::PeakAlloc;

#[path = "../benches/made/mod.rs"]
mod made;

#[global_allocator]
static ALLOCATOR: PeakAlloc = PeakAlloc;

/// Just above and well above a power of two: lists that double their room have most and little to spare.
const COMPONENTS: [usize; 2] = [4_200, 8_000];

/// The most bytes that were allocated at once meanwhile, beyond those that were before.
fn peak<T>(work: impl FnOnce() -> T) -> usize {
    ALLOCATOR.reset_peak_usage();
    let before = ALLOCATOR.current_usage();
    black_box(work());
    ALLOCATOR.peak_usage() - before
}

#[test]
fn reading_takes_less_than_half_as_much_again_as_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("bom.json");
    let hundredths = |bytes: usize, of: usize| bytes * 100 / of;
    for components in COMPONENTS {
        let text = made::plugin_json("1.5", components);
        std::fs::write(&path, text.as_bytes()).unwrap();
        let size = text.len();
        let told = |what: &str, bytes: usize| {
            println!("{components} components, {size} bytes: {what}: {}%", hundredths(bytes, size));
        };
        let whole = peak(|| ingest::read_all(std::slice::from_ref(&path)));
        told("file to inventory", whole);
        told("own reader", size + peak(|| json::read(&text)));
        told("cyclonedx-bom", size + peak(|| Bom::parse_from_json(text.as_bytes())));
        told("a tree of values", size + peak(|| serde_json::from_str::<serde_json::Value>(&text)));
        assert!(hundredths(whole, size) < 150, "{components} components take {whole} of {size}");
    }
}
