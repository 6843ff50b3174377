//! Listening: requests over HTTP/1.1 come in as values, answers go out.
//!
//! Each connection carries one request and has a bounded time; the head of a request has a bounded size
//! and must come in time (RFC 9112). A body is not read. What a request may see is decided above: a
//! [`Handler`] gets each one whole.

#[cfg(test)]
mod tests;

use std::convert::Infallible;
use std::io;
use std::net::{SocketAddr, TcpListener};
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::{Either, select};
use http_body_util::Full;
use hyper::body::{Body, Bytes, Incoming};
use hyper::header::{AUTHORIZATION, COOKIE, HOST, HeaderMap, HeaderName, HeaderValue};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use tokio::net::TcpStream;
use tokio::sync::Semaphore;
use tokio::time::{sleep, timeout};

/// What a server allows.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// How many connections are open at once; others wait to be accepted.
    pub connections: usize,
    /// How many requests are answered at once; others wait.
    pub workers: usize,
    /// How many bytes the head of a request may have.
    pub head: usize,
    /// How long the head of a request may take.
    pub patience: Duration,
    /// How long a connection may take as a whole.
    pub longest: Duration,
    /// How long connections may take that are open when the server ends.
    pub grace: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connections: 64,
            workers: 4,
            head: 16 << 10,
            patience: Duration::from_secs(10),
            longest: Duration::from_secs(120),
            grace: Duration::from_secs(10),
        }
    }
}

/// What is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// A page.
    Get,
    /// What stands before it.
    Head,
    /// Anything else.
    Other,
}

/// A request, as far as anybody needs it. A header whose value is no text counts as an empty one.
#[derive(Clone, Debug)]
pub struct Request {
    /// What is asked for.
    pub method: Method,
    /// The path as it came, with its slash.
    pub path: String,
    /// What stands behind the question mark.
    pub query: String,
    /// Every host that the request names: its `Host` headers, and that of an absolute target.
    pub hosts: Vec<String>,
    /// Every `Authorization` header.
    pub authorizations: Vec<String>,
    /// Every `Cookie` header.
    pub cookies: Vec<String>,
    /// Whether a body follows.
    pub has_body: bool,
}

/// An answer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Response {
    /// The status code.
    pub status: u16,
    /// Headers beside those of HTTP itself.
    pub headers: Vec<(&'static str, String)>,
    /// The body; of a HEAD request its length alone is told.
    pub body: Vec<u8>,
}

/// Who answers.
pub trait Handler: Send + Sync {
    /// Answers a request.
    fn answer(&self, request: &Request) -> Response;
}

/// An address that is listened on.
#[derive(Debug)]
pub struct Listener {
    socket: TcpListener,
}

impl Listener {
    /// Listens on an address; port 0 is any that is free.
    ///
    /// # Errors
    /// When the address cannot be used.
    pub fn bind(address: SocketAddr) -> io::Result<Self> {
        let socket = TcpListener::bind(address)?;
        socket.set_nonblocking(true)?;
        Ok(Self { socket })
    }

    /// The address with its port.
    ///
    /// # Errors
    /// When the system does not tell.
    pub fn address(&self) -> io::Result<SocketAddr> {
        self.socket.local_addr()
    }

    /// Answers requests until the process is told to end (SIGINT or SIGTERM), and then those that were
    /// begun.
    ///
    /// # Errors
    /// When the system gives no means to wait for connections.
    pub fn serve(self, limits: Limits, handler: Arc<dyn Handler>) -> io::Result<()> {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .max_blocking_threads(limits.workers)
            .build()?;
        let served =
            runtime.block_on(async { accept(self.socket, limits, handler, told_to_end()?).await });
        // an answer that nobody waits for any more holds nothing up
        runtime.shutdown_background();
        served
    }
}

/// Takes connections until the future `told` is over.
async fn accept(
    socket: TcpListener,
    limits: Limits,
    handler: Arc<dyn Handler>,
    told: impl Future<Output = ()>,
) -> io::Result<()> {
    let listener = tokio::net::TcpListener::from_std(socket)?;
    let mut told = pin!(told);
    let open = GracefulShutdown::new();
    let room = Arc::new(Semaphore::new(limits.connections));
    loop {
        let next = pin!(async {
            let permit = Arc::clone(&room).acquire_owned().await;
            (permit, listener.accept().await)
        });
        let (permit, accepted) = match select(next, told.as_mut()).await {
            Either::Left((next, _)) => next,
            Either::Right(_) => break,
        };
        let Ok((stream, _)) = accepted else {
            // too many open files, most likely: others will be closed
            sleep(Duration::from_millis(100)).await;
            continue;
        };
        let connection = open.watch(connection(stream, limits, Arc::clone(&handler)));
        tokio::spawn(async move {
            // how a connection ended concerns nobody but its client
            let _ = timeout(limits.longest, connection).await;
            drop(permit);
        });
    }
    drop(listener);
    let _ = timeout(limits.grace, open.shutdown()).await;
    Ok(())
}

/// What one connection does: one request, one answer.
fn connection(
    stream: TcpStream,
    limits: Limits,
    handler: Arc<dyn Handler>,
) -> impl hyper_util::server::graceful::GracefulConnection<Error = hyper::Error> {
    let service = service_fn(move |request: hyper::Request<Incoming>| {
        let handler = Arc::clone(&handler);
        async move { Ok::<_, Infallible>(answered(&request, handler).await) }
    });
    http1::Builder::new()
        .keep_alive(false)
        .timer(TokioTimer::new())
        .header_read_timeout(limits.patience)
        .max_buf_size(limits.head)
        .serve_connection(TokioIo::new(stream), service)
}

/// Answers on a thread that may wait for files.
async fn answered(
    request: &hyper::Request<Incoming>,
    handler: Arc<dyn Handler>,
) -> hyper::Response<Full<Bytes>> {
    let request = Request::of(request);
    let answer = tokio::task::spawn_blocking(move || handler.answer(&request)).await;
    answer.ok().and_then(Response::into_http).unwrap_or_else(|| {
        let mut failed = hyper::Response::new(Full::default());
        *failed.status_mut() = hyper::StatusCode::INTERNAL_SERVER_ERROR;
        failed
    })
}

impl Request {
    fn of(request: &hyper::Request<Incoming>) -> Self {
        let mut hosts = texts(request.headers(), &HOST);
        hosts.extend(request.uri().authority().map(ToString::to_string));
        let method = match *request.method() {
            hyper::Method::GET => Method::Get,
            hyper::Method::HEAD => Method::Head,
            _ => Method::Other,
        };
        Self {
            method,
            path: request.uri().path().to_owned(),
            query: request.uri().query().unwrap_or_default().to_owned(),
            hosts,
            authorizations: texts(request.headers(), &AUTHORIZATION),
            cookies: texts(request.headers(), &COOKIE),
            has_body: !request.body().is_end_stream(),
        }
    }
}

fn texts(headers: &HeaderMap, name: &HeaderName) -> Vec<String> {
    let text = |value: &HeaderValue| value.to_str().unwrap_or_default().to_owned();
    headers.get_all(name).iter().map(text).collect()
}

impl Response {
    /// Nothing where a header holds what headers may not hold.
    fn into_http(self) -> Option<hyper::Response<Full<Bytes>>> {
        let mut builder = hyper::Response::builder().status(self.status);
        for (name, value) in &self.headers {
            builder = builder.header(*name, value);
        }
        builder.body(Full::new(Bytes::from(self.body))).ok()
    }
}

/// Waits until the process is told to end.
#[cfg(unix)]
fn told_to_end() -> io::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    Ok(async move {
        let (interrupt, terminate) = (pin!(interrupt.recv()), pin!(terminate.recv()));
        select(interrupt, terminate).await;
    })
}

/// Waits until the process is told to end.
#[cfg(not(unix))]
fn told_to_end() -> io::Result<impl Future<Output = ()>> {
    Ok(async {
        // without a way to be told, the process is ended from outside
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    })
}
