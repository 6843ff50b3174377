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
    BOMVET_MAVEN_CASES={{COUNT}} BOMVET_MAVEN_SEED={{SEED}} cargo test --locked --test it maven_oracle:: -- --nocapture

# one fuzz target for some seconds: just fuzz purl 60
fuzz TARGET SECONDS:
    mkdir -p fuzz/corpus/{{TARGET}}
    RUSTC_BOOTSTRAP=1 cargo fuzz run {{TARGET}} fuzz/corpus/{{TARGET}} fuzz/seeds/{{TARGET}} -- -max_total_time={{SECONDS}} -max_len=20000 -timeout=5 -rss_limit_mb=1024

# advisories/osv/*.json into advisories/bundled.jsonl, advisories/playbooks/*.toml into advisories/playbooks.jsonl
bundle:
    BOMVET_UPDATE=1 cargo test --locked --test it advisories::bundled

# pages of `--format html` in a browser, where playwright-core is installed: just pages /usr/bin/chromium a.html
pages BROWSER +PAGES:
    node tests/browser/page.mjs {{BROWSER}} {{PAGES}}

# licences, duplicates and origins of dependencies
deny:
    cargo deny check licenses bans sources

# the API documentation
docs:
    RUSTDOCFLAGS="-D warnings" cargo doc --no-deps --locked

# the hostile inputs of gigabytes, against the release build
hostile:
    cargo test --release --locked --test it hostile:: -- --ignored --nocapture --test-threads=1

# the table of log4j-core's class files, from a folder with the released log4j-core-*.jar
classes FOLDER:
    BOMVET_UPDATE=1 BOMVET_LOG4J_CORE={{FOLDER}} cargo test --locked --test it classes:: -- --ignored
    BOMVET_LOG4J_CORE={{FOLDER}} cargo test --locked --test it classes:: -- --include-ignored

# bring the references of the version orders, as far as they install (docs/version-orders.md says the rest)
oracles:
    mkdir -p target/oracles
    -npm install --silent --prefix target/oracles semver nuget-exe
    -python3 -m venv target/oracles/packaging && target/oracles/packaging/bin/pip --quiet install 'packaging<22'
    -python3 -m venv target/oracles/pyarrow && target/oracles/pyarrow/bin/pip --quiet install pyarrow
    -cd tests/oracle/go && go build -o ../../../target/oracles/go-order .
    -ghc -v0 -outputdir target/oracles/hs -package Cabal -o target/oracles/hackage-order tests/oracle/Hackage.hs
    -cc -o target/oracles/dpkg-order tests/oracle/dpkg.c -ldpkg -lmd
    -mkdir -p target/oracles/nuget && cp target/oracles/node_modules/nuget-exe/nuget-*.exe target/oracles/nuget/NuGet.exe && mcs -r:target/oracles/nuget/NuGet.exe -out:target/oracles/nuget/order.exe tests/oracle/NuGet.cs

# every version order against its reference: a quarter of a million pairs each
orders:
    BOMVET_ORACLE_PAIRS=250000 cargo test --locked --test it order -- --nocapture --test-threads=1

# real projects, online and offline, against the Maven that is installed and its repositories
maven-real:
    BOMVET_MAVEN_REAL=1 cargo test --locked --test it maven_real:: -- --nocapture
