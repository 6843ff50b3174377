//! Sorting by a relation that need not be transitive.

use super::Version;
use std::cmp::Ordering;

/// Sorts from the lowest to the highest; equal ones keep their places.
///
/// Maven's relation has cycles, for which no sorted sequence exists and on which `sort_by` may
/// panic. This merge sort ends after `n log n` comparisons whatever the relation says, and promises
/// that no version is above the one right after it. Versions of different orders are put apart.
pub fn sort_ascending(versions: &mut Vec<Version>) {
    let mut sorted: Vec<Vec<Version>> = versions.drain(..).map(|version| vec![version]).collect();
    while sorted.len() > 1 {
        let mut merged = Vec::with_capacity(sorted.len().div_ceil(2));
        let mut runs = sorted.into_iter();
        while let Some(left) = runs.next() {
            merged.push(match runs.next() {
                Some(right) => merge(left, right),
                None => left,
            });
        }
        sorted = merged;
    }
    versions.extend(sorted.into_iter().flatten());
}

fn merge(left: Vec<Version>, right: Vec<Version>) -> Vec<Version> {
    let mut merged = Vec::with_capacity(left.len() + right.len());
    let (mut left, mut right) = (left.into_iter().peekable(), right.into_iter().peekable());
    while let (Some(lower), Some(upper)) = (left.peek(), right.peek()) {
        let taken = if is_above(lower, upper) { right.next() } else { left.next() };
        merged.extend(taken);
    }
    merged.extend(left);
    merged.extend(right);
    merged
}

fn is_above(left: &Version, right: &Version) -> bool {
    match left.compare(right) {
        Some(ordering) => ordering == Ordering::Greater,
        None => left.order() as u8 > right.order() as u8,
    }
}

#[cfg(test)]
mod tests {
    use super::super::Order;
    use super::*;

    fn sorted(order: Order, texts: &[&str]) -> Vec<String> {
        let mut versions: Vec<_> =
            texts.iter().map(|text| Version::parse(order, text).unwrap()).collect();
        sort_ascending(&mut versions);
        versions.iter().map(|version| version.text().to_owned()).collect()
    }

    #[test]
    fn releases_ascend_and_equals_keep_their_places() {
        let given = ["2.0", "1.0", "2.0-rc1", "2", "10", "2.0.0", "1.9"];
        let wanted = ["1.0", "1.9", "2.0-rc1", "2.0", "2", "2.0.0", "10"];
        assert_eq!(sorted(Order::Maven, &given), wanted);
    }

    #[test]
    fn a_cycle_ends_with_every_neighbour_in_order() {
        let cycle = ["1", "1.x.1", "1m1", "1.0.0.Beta-1", "1.0.0-1", "1.0.0"];
        for turn in 0..cycle.len() {
            let mut given = cycle.to_vec();
            given.rotate_left(turn);
            let texts = sorted(Order::Maven, &given);
            for pair in texts.windows(2) {
                let [lower, upper] =
                    [0, 1].map(|i| Version::parse(Order::Maven, &pair[i]).unwrap());
                assert_ne!(lower.compare(&upper), Some(Ordering::Greater), "{texts:?}");
            }
        }
    }

    #[test]
    fn orders_are_put_apart() {
        let texts = [
            (Order::Npm, "1.0.0"),
            (Order::Maven, "3"),
            (Order::Npm, "0.1.0"),
            (Order::Maven, "2"),
        ];
        let mut versions: Vec<_> =
            texts.iter().map(|&(order, text)| Version::parse(order, text).unwrap()).collect();
        sort_ascending(&mut versions);
        let texts: Vec<_> = versions.iter().map(Version::text).collect();
        assert_eq!(texts, ["2", "3", "0.1.0", "1.0.0"]);
    }
}
