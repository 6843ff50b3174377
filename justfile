# What one can do here; each recipe is a cargo line that also works without just.

# list the recipes
default:
    @just --list

# formatting, lints, tests
check:
    cargo fmt --all --check && cargo clippy --all-targets --locked -- -D warnings && cargo test --locked

# all tests
test:
    cargo test --locked

# the shared black-box cases, against the release binary
cases:
    cargo build --release --locked && ../shared/run-cases --bin target/release/bomvet

# all benchmarks, or one: just bench version
bench *NAME:
    cargo bench --locked {{ if NAME == "" { "" } else { "--bench " + NAME } }}

# Maven's resolution against Maven's own libraries, on so many made-up universes from a seed on
maven COUNT="1000" SEED="1000":
    BOMVET_MAVEN_CASES={{COUNT}} BOMVET_MAVEN_SEED={{SEED}} cargo test --locked --test maven_oracle -- --nocapture

# one fuzz target for some seconds: just fuzz purl 60
fuzz TARGET SECONDS:
    RUSTC_BOOTSTRAP=1 cargo fuzz run {{TARGET}} -- -max_total_time={{SECONDS}} -max_len=20000 -timeout=5 -rss_limit_mb=1024

# advisories/osv/*.json into advisories/bundled.jsonl
bundle:
    BOMVET_UPDATE=1 cargo test --locked --test advisories bundled

# licences, duplicates and origins of dependencies
deny:
    cargo deny check licenses bans sources

# the API documentation
docs:
    RUSTDOCFLAGS="-D warnings" cargo doc --no-deps --locked
