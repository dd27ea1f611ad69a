//! Whom to trust on an encrypted connection.

use std::sync::Arc;

use rustls::{ClientConfig, RootCertStore};

use super::error::SetupError;

/// Makes ring the process's provider of cryptography, for HTTP clients that name none. Once is enough; more is no harm.
pub fn use_ring() {
    let _ = rustls::crypto::ring::default_provider().install_default();
}

/// Mozilla's authorities, which are inside the executable so that it works where there are no files at all, and
/// those of the system, so that a company's own authority is accepted (`SSL_CERT_FILE` and `SSL_CERT_DIR` too).
pub(super) fn client_config() -> Result<ClientConfig, SetupError> {
    let mut roots = RootCertStore::empty();
    roots.extend(webpki_roots::TLS_SERVER_ROOTS.iter().cloned());
    let system = rustls_native_certs::load_native_certs();
    let (added, unusable) = roots.add_parsable_certificates(system.certs);
    tracing::debug!(added, unusable, unreadable = system.errors.len(), "certificates of the system");
    // Named here, so that it does not matter whether the process has installed a default.
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|fault| SetupError::Tls(fault.to_string()))?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(config)
}
