//! A PostgreSQL server of the tests' own: in a temporary folder, on a socket there and on loopback, gone with its
//! last user. The programs are those of the system, on the path or where Debian puts them.

use std::os::unix::fs::{PermissionsExt, chown};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::{fs, net};

use postgres::{Client, NoTls};
use tempfile::TempDir;

/// The user and group that the server runs as where the tests run as root, which it refuses.
const NOBODY: u32 = 65534;

/// The password of the only user; on the socket none is asked for.
pub(crate) const PASSWORD: &str = "geh eim@?/";

/// A running server.
pub(crate) struct Server {
    folder: TempDir,
    programs: PathBuf,
    port: u16,
}

impl Server {
    /// The server of this process; says so where there can be none.
    pub(crate) fn shared() -> Option<Arc<Self>> {
        static RUNNING: Mutex<Weak<Server>> = Mutex::new(Weak::new());
        let mut running = RUNNING.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(server) = running.upgrade() {
            return Some(server);
        }
        let Some(programs) = programs() else {
            eprintln!("skipped: no PostgreSQL server (initdb, pg_ctl, postgres) on this machine");
            return None;
        };
        let server = Arc::new(Self::start(programs));
        *running = Arc::downgrade(&server);
        Some(server)
    }

    fn start(programs: PathBuf) -> Self {
        let folder = tempfile::Builder::new().prefix("bomvet-pg-").tempdir().unwrap();
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).unwrap();
        let port = net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let server = Self { folder, programs, port };
        for name in ["data", "socket"] {
            fs::create_dir(server.path(name)).unwrap();
            own(&server.path(name));
        }
        let data = server.path("data").display().to_string();
        server.run(
            "initdb",
            &["-D", &data, "-U", "bomvet", "-A", "trust", "-E", "UTF8", "-N", "--locale=C"],
        );
        let made = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap();
        server.keep("data/server.crt", &made.cert.pem());
        server.keep("data/server.key", &made.signing_key.serialize_pem());
        server.keep(
            "data/pg_hba.conf",
            "local all all trust\nhostssl all all 127.0.0.1/32 scram-sha-256\n\
             hostssl all all ::1/128 scram-sha-256\n",
        );
        let socket = server.path("socket").display().to_string();
        server.keep(
            "data/postgresql.auto.conf",
            &format!(
                "listen_addresses = 'localhost'\nport = {port}\nunix_socket_directories = '{socket}'\n\
                 ssl = on\nfsync = off\nmax_connections = 60\n"
            ),
        );
        let log = server.path("data/log").display().to_string();
        server.run("pg_ctl", &["-D", &data, "-l", &log, "-w", "-t", "60", "start"]);
        let sql = format!("ALTER ROLE bomvet PASSWORD '{PASSWORD}'");
        server.client("postgres").batch_execute(&sql).unwrap();
        server
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The port on loopback, where only TLS is spoken and the password is asked for.
    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    /// Makes an empty database; the answer is its address on the socket.
    pub(crate) fn database(&self, name: &str) -> String {
        let sql = format!("CREATE DATABASE {name}");
        self.client("postgres").batch_execute(&sql).unwrap();
        self.url(name)
    }

    /// The address of a database on the socket.
    pub(crate) fn url(&self, name: &str) -> String {
        let socket = self.path("socket").display().to_string();
        format!("postgres://bomvet@/{name}?host={socket}&port={}", self.port)
    }

    /// A connection of the tests' own.
    pub(crate) fn client(&self, name: &str) -> Client {
        Client::connect(&self.url(name), NoTls).unwrap()
    }

    fn keep(&self, name: &str, text: &str) {
        fs::write(self.path(name), text).unwrap();
        fs::set_permissions(self.path(name), fs::Permissions::from_mode(0o600)).unwrap();
        own(&self.path(name));
    }

    fn run(&self, program: &str, args: &[&str]) {
        let status = self.command(program, args).status().unwrap();
        assert!(status.success(), "{program}: {status}");
    }

    fn command(&self, program: &str, args: &[&str]) -> Command {
        let program = self.programs.join(program);
        let mut command = if is_root() {
            let mut command = Command::new("setpriv");
            command.args([&format!("--reuid={NOBODY}"), &format!("--regid={NOBODY}")]);
            command.arg("--clear-groups").arg(program);
            command
        } else {
            Command::new(program)
        };
        // a server that inherits a pipe keeps whoever reads it waiting
        command.args(args).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        command.current_dir("/").env_remove("PGPASSWORD");
        command
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let data = self.path("data").display().to_string();
        let _ = self.command("pg_ctl", &["-D", &data, "-m", "immediate", "-w", "stop"]).status();
    }
}

/// The folder of the server's programs.
fn programs() -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut folders: Vec<PathBuf> = std::env::split_paths(&path).collect();
    let debian = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let mut debian: Vec<PathBuf> = debian.map(|version| version.path().join("bin")).collect();
    debian.sort();
    folders.extend(debian.into_iter().rev());
    let needed = ["initdb", "pg_ctl", "postgres"];
    folders.into_iter().find(|folder| needed.iter().all(|name| folder.join(name).is_file()))
}

fn is_root() -> bool {
    fs::metadata("/proc/self").is_ok_and(|of| std::os::unix::fs::MetadataExt::uid(&of) == 0)
}

fn own(path: &Path) {
    if is_root() {
        chown(path, Some(NOBODY), Some(NOBODY)).unwrap();
    }
}
