//! What it costs to read a version and to compare two.
use bomvet::version::{Order, Version};
use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use std::cmp::Ordering;
use std::hint::black_box;

type Way = fn(&Version, &Version) -> Option<Ordering>;

const MAVEN: [&str; 10] = [
    "2.17.1",
    "2.15.0-rc1",
    "1.0.0.Final",
    "5.3.20.RELEASE",
    "31.1-jre",
    "9.0.65",
    "4.1.77.Final",
    "2.0-beta9",
    "3.12.0",
    "1.2.17-cp1",
];
const NPM: [&str; 5] = ["4.17.21", "18.2.0", "5.0.0-next.3", "1.0.0-rc.1", "0.0.1"];
const PYPI: [&str; 5] = ["1.26.18", "2.0rc1", "4.2.7", "1.0.post1", "2023.7.22"];
const DEBIAN: [&str; 5] =
    ["2.17.1-1~deb11u1", "1:9.16.44-1~deb11u1", "7.88.1-10+deb12u5", "2.36-9", "3.0.11-1~deb12u2"];
const RPM: [&str; 5] =
    ["3.0.7-18.el9_2", "1:2.06-61.el9", "5.14.0-284.11.1.el9_2", "2.34-60.el9", "7.76.1-23.el9"];

fn read(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("read one version");
    let sets: [(Order, &[&str]); 5] = [
        (Order::Maven, &MAVEN),
        (Order::Npm, &NPM),
        (Order::Pep440, &PYPI),
        (Order::Debian, &DEBIAN),
        (Order::Rpm, &RPM),
    ];
    for (order, texts) in sets {
        let mut turn = texts.iter().cycle();
        group.bench_function(order.to_string(), |bench| {
            bench.iter(|| {
                Version::parse(order, black_box(turn.next().copied().unwrap_or_default()))
            });
        });
    }
    group.finish();
}

fn compare(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("compare a hundred pairs of Maven versions");
    let versions: Vec<_> =
        MAVEN.iter().filter_map(|text| Version::parse(Order::Maven, text).ok()).collect();
    let pairs: Vec<_> =
        versions.iter().flat_map(|a| versions.iter().map(move |b| (a, b))).collect();
    group.throughput(Throughput::Elements(pairs.len() as u64));
    let ways: [(&str, Way); 3] = [
        ("by key", Version::compare),
        ("by Maven's algorithm", Version::compare_exact),
        ("by Maven 4's", Version::compare_maven4),
    ];
    for (name, way) in ways {
        group.bench_function(name, |bench| {
            bench.iter(|| {
                for (left, right) in &pairs {
                    black_box(way(black_box(left), black_box(right)));
                }
            });
        });
    }
    group.finish();
}

criterion_group!(benches, read, compare);
criterion_main!(benches);
