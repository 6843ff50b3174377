//! The own reader of CycloneDX JSON beside others, over the same text: `cargo bench --bench readers`.
//!
//! `IgnoredAny` checks the syntax and keeps nothing: no reader on the same parser can be quicker.
//! cyclonedx-bom reads into its model of 1.3 to 1.5. Giving back what was read is not timed: the program
//! ends without doing so. How much memory each takes: `tests/memory.rs`.

use std::hint::black_box;

use bomvet::ingest::json;
use criterion::{BatchSize, Bencher, Criterion, Throughput, criterion_group, criterion_main};
use cyclonedx_bom::models::bom::Bom;
use serde::de::IgnoredAny;

mod made;

const COMPONENTS: usize = 2_000;

/// The allocator of the program, for all of them.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn readers(criterion: &mut Criterion) {
    for version in ["1.4", "1.5"] {
        let text = made::plugin_json(version, COMPONENTS);
        let ours = json::read(&text).map(|document| document.components.len());
        let theirs =
            Bom::parse_from_json(text.as_bytes()).map(|bom| bom.components.map(|c| c.0.len()));
        assert_eq!((ours.ok(), theirs.ok().flatten()), (Some(COMPONENTS), Some(COMPONENTS)));

        let mut group = criterion.benchmark_group(format!("cyclonedx-json {version}"));
        group.throughput(Throughput::Bytes(text.len() as u64));
        group.bench_function("own reader", |b| kept(b, || json::read(black_box(&text))));
        group.bench_function("cyclonedx-bom", |b| {
            kept(b, || Bom::parse_from_json(black_box(text.as_bytes())));
        });
        group.bench_function("serde_json IgnoredAny", |b| {
            kept(b, || serde_json::from_str::<IgnoredAny>(black_box(&text)));
        });
        group.finish();
    }
}

/// Times the work and not the giving back of what came of it.
fn kept<T>(bencher: &mut Bencher<'_>, mut work: impl FnMut() -> T) {
    bencher.iter_batched(|| (), |()| work(), BatchSize::PerIteration);
}

criterion_group!(benches, readers);
criterion_main!(benches);
