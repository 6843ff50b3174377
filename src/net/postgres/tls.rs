//! What joins the client of PostgreSQL and rustls. There is no channel binding: the server's certificate
//! is checked, which that would prove a second time.

use std::future::Future;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use postgres::Socket;
use postgres::tls::{ChannelBinding, MakeTlsConnect, TlsConnect, TlsStream};
use rustls::crypto::ring;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, InvalidDnsNameError, ServerName};
use rustls::{ClientConfig, RootCertStore};
use rustls_platform_verifier::Verifier;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream as Encrypted;

use super::Trust;
use crate::net::error::Cause;

/// Makes connections of which certificate and name are checked.
#[derive(Clone)]
pub(super) struct Verified(TlsConnector);

/// One handshake to come.
pub(super) struct Handshake(TlsConnector, ServerName<'static>);

/// A connection that nobody else can read.
pub(super) struct Secured(Box<Encrypted<Socket>>);

impl Verified {
    pub(super) fn new(trust: &Trust) -> Result<Self, Cause> {
        let wrong = |error: rustls::Error| Cause::Settings(error.to_string());
        let provider = Arc::new(ring::default_provider());
        let builder = ClientConfig::builder_with_provider(provider.clone());
        let builder = builder.with_safe_default_protocol_versions().map_err(wrong)?;
        let system = |extra| Verifier::new_with_extra_roots(extra, provider).map_err(wrong);
        let config = match trust {
            Trust::Only(pem) => {
                let mut roots = RootCertStore::empty();
                for certificate in certificates(pem)? {
                    roots.add(certificate).map_err(wrong)?;
                }
                builder.with_root_certificates(roots)
            }
            Trust::System => {
                let verifier = system(Vec::new())?;
                builder.dangerous().with_custom_certificate_verifier(Arc::new(verifier))
            }
            Trust::SystemAnd(pem) => {
                let verifier = system(certificates(pem)?)?;
                builder.dangerous().with_custom_certificate_verifier(Arc::new(verifier))
            }
        };
        Ok(Self(TlsConnector::from(Arc::new(config.with_no_client_auth()))))
    }
}

fn certificates(pem: &[u8]) -> Result<Vec<CertificateDer<'static>>, Cause> {
    let read: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(pem).collect();
    let read = read.map_err(|error| Cause::Settings(format!("certificates: {error}")))?;
    if read.is_empty() {
        return Err(Cause::Settings("the file of certificates holds none".to_owned()));
    }
    Ok(read)
}

impl MakeTlsConnect<Socket> for Verified {
    type Stream = Secured;
    type TlsConnect = Handshake;
    type Error = InvalidDnsNameError;

    fn make_tls_connect(&mut self, host: &str) -> Result<Handshake, InvalidDnsNameError> {
        Ok(Handshake(self.0.clone(), ServerName::try_from(host.to_owned())?))
    }
}

impl TlsConnect<Socket> for Handshake {
    type Stream = Secured;
    type Error = io::Error;
    type Future = Pin<Box<dyn Future<Output = io::Result<Secured>> + Send>>;

    fn connect(self, stream: Socket) -> Self::Future {
        let Self(connector, name) = self;
        Box::pin(async move { Ok(Secured(Box::new(connector.connect(name, stream).await?))) })
    }
}

impl TlsStream for Secured {
    fn channel_binding(&self) -> ChannelBinding {
        ChannelBinding::none()
    }
}

impl AsyncRead for Secured {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        into: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_read(context, into)
    }
}

impl AsyncWrite for Secured {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.0).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_shutdown(context)
    }
}
