//! The only place that knows every part: builds them, knows its address, runs until told to stop.

mod intents;

use std::net::{SocketAddr, TcpListener};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, bail};
use arc_swap::ArcSwap;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::mpsc;

use crate::chat::curated;
use crate::chat::phrases::Phrases;
use crate::chat::wording::Wording;
use crate::chat::{Engine, Parts, VersionedRules};
use crate::config::Config;
use crate::domain::curated::CuratedAnswer;
use crate::http;
use crate::knowledge::{Builder, EmbedPool, Embedder, LiveIndex, ModelSource, PoolOptions};
use crate::llm::ChatClient;
use crate::orders::documents::check_logo;
use crate::orders::{Clock, SystemClock};
use crate::store::{Store, StoreOptions};
use crate::telemetry::Metrics;
use crate::workers::policies::PolicySource;
use crate::workers::{Workers, policies, retention, reviews, spending};

/// How long turns may go on whose clients are gone when the server has stopped. They take milliseconds.
const LAST_TURNS: Duration = Duration::from_secs(1);

/// How the parts are put together.
pub struct AppOptions {
    /// The demo company, with sign-in off.
    pub demo: bool,
    /// In the demo: the policies of the settings' folder instead of its own.
    pub own_policies: bool,
    /// Whether this is the one server of its data directory; commands beside a server are not.
    pub exclusive: bool,
    /// What time it is.
    pub clock: Arc<dyn Clock>,
    /// Hears how many texts of how many are embedded while an index is built.
    pub progress: Box<dyn FnMut(usize, usize) + Send>,
}

impl Default for AppOptions {
    fn default() -> Self {
        Self {
            demo: false,
            own_policies: false,
            exclusive: true,
            clock: Arc::new(SystemClock),
            progress: Box::new(|_, _| {}),
        }
    }
}

/// All parts, running.
pub struct App {
    /// Answers messages.
    pub engine: Arc<Engine>,
    /// The database.
    pub store: Store,
    /// Counters and histograms.
    pub metrics: Arc<Metrics>,
    /// The settings, swapped whole on reload.
    pub config: Arc<ArcSwap<Config>>,
    client: Option<ChatClient>,
    source: Arc<PolicySource>,
    rules: Arc<ArcSwap<VersionedRules>>,
    clock: Arc<dyn Clock>,
    demo: bool,
}

impl App {
    /// Opens the database, loads the model, brings the index up to date.
    pub async fn start(config: Config, options: AppOptions) -> anyhow::Result<Self> {
        let capacity = config.capacity();
        let store = Store::open(
            &config.data_dir,
            StoreOptions {
                readers: capacity.store_readers,
                queue: capacity.store_queue,
                exclusive: options.exclusive,
                file: config.database_file.clone(),
            },
        )?;
        if options.demo {
            crate::demo::load(&store, &config.rules, options.clock.now()).await?;
        }
        let model = config.model_dir.clone().map_or(ModelSource::BuiltIn, ModelSource::Folder);
        let pool = PoolOptions {
            threads: capacity.embed_threads,
            queue: capacity.embed_queue,
            cached: capacity.answer_cache * 2,
        };
        let embedder = EmbedPool::start(&model, pool)?;
        let rules = versioned(1, &config, embedder.embedder().as_ref())?;
        let folder = policies_folder(&config, options.demo && !options.own_policies)?;
        let config = Arc::new(ArcSwap::from_pointee(config));
        let source = Arc::new(source(&config, folder, embedder.embedder()));
        build_index(source.clone(), options.progress).await?;

        let rules = Arc::new(ArcSwap::from_pointee(rules));
        let metrics = Arc::new(Metrics::new());
        let wording = wording(&config.load())?;
        if let Some(wording) = &wording {
            let zone = &config.load().rules.calendar.time_zone;
            spending::restore(&store, &wording.client, zone).await;
        }
        let client = wording.as_ref().map(|wording| wording.client.clone());
        let engine = Engine::new(Parts {
            store: store.clone(),
            live: source.live.clone(),
            embedder,
            rules: rules.clone(),
            clock: options.clock.clone(),
            metrics: metrics.clone(),
            cache_capacity: capacity.answer_cache,
            wording,
        });
        engine.reload_curated().await?;
        let (clock, demo) = (options.clock, options.demo);
        Ok(Self { engine: Arc::new(engine), store, metrics, config, client, source, rules, clock, demo })
    }

    /// Whether this is the demo company.
    pub fn is_demo(&self) -> bool {
        self.demo
    }

    /// Listens on the address of the settings; port 0 lets the system choose.
    pub fn listen(&self) -> anyhow::Result<TcpListener> {
        let config = self.config.load();
        let address = SocketAddr::from((config.host, config.port));
        anyhow::ensure!(
            !self.demo || config.host.is_loopback(),
            "the demo asks nobody to sign in, so it listens on this machine only: leave --host away"
        );
        TcpListener::bind(address).with_context(|| format!("can not listen on {address}"))
    }

    /// Serves until `SIGTERM` or `SIGINT`, then finishes what is in hand. `reload` gives new settings on `SIGHUP`.
    pub async fn serve(
        self,
        listener: TcpListener,
        reload: impl Fn() -> anyhow::Result<Config> + Send + Sync + 'static,
    ) -> anyhow::Result<()> {
        let capacity = self.config.load().capacity();
        let state = actix_web::web::Data::new(self.http_state());
        let server = http::serve(listener, state.clone(), capacity.http_workers, capacity.max_connections)?;
        let handle = server.handle();
        let (ask, asked) = mpsc::channel(1);
        let mut workers = Workers::default();
        workers.start("policies", |stop| policies::run(self.source.clone(), asked, stop));
        let days = self.config.load().chat_retention_days;
        workers.start("retention", |stop| retention::run(self.store.clone(), days, stop));
        if let Some(client) = self.client.clone() {
            let zone = self.config.load().rules.calendar.time_zone.clone();
            workers.start("spending", |stop| spending::run(self.store.clone(), client, zone, stop));
        }
        let (rules, clock) = (self.rules.clone(), self.clock.clone());
        workers.start("reviews", |stop| reviews::run(self.store.clone(), rules, clock, stop));
        let (mut term, mut hup) = (signal(SignalKind::terminate())?, signal(SignalKind::hangup())?);
        tell_systemd(sd_notify::NotifyState::Ready);

        let running = tokio::spawn(server);
        loop {
            tokio::select! {
                _ = term.recv() => break,
                interrupted = tokio::signal::ctrl_c() => { interrupted?; break }
                _ = hup.recv() => {
                    self.reload(&reload).await;
                    let _ = ask.try_send(());
                }
            }
        }
        tracing::info!("stopping: finishing the requests in hand");
        tell_systemd(sd_notify::NotifyState::Stopping);
        handle.stop(true).await;
        running.await.context("the server ended unexpectedly")??;
        if tokio::time::timeout(LAST_TURNS, state.drained()).await.is_err() {
            tracing::warn!("turns whose clients had gone were cut off");
        }
        workers.stop().await;
        self.store.close().await;
        Ok(())
    }

    /// What the HTTP face works with.
    pub fn http_state(&self) -> http::State {
        let live = self.source.live.clone();
        let index = move || {
            let index = live.current();
            http::IndexState {
                version: index.version().to_owned(),
                chunks: index.chunk_count(),
                usable: index.chunk_count() > 0,
            }
        };
        http::State::new(
            self.engine.clone(),
            self.store.clone(),
            self.metrics.clone(),
            self.config.clone(),
            Arc::new(index),
            self.demo,
        )
    }

    /// Takes new settings as a whole; with a fault in them the old ones stay. Addresses, sizes and files are read
    /// at the start only.
    async fn reload(&self, read: &(impl Fn() -> anyhow::Result<Config> + Send + Sync)) {
        let version = self.rules.load().version + 1;
        let embedder = self.source.embedder.clone();
        let taken = match read() {
            // Training on new examples takes seconds.
            Ok(config) => tokio::task::spawn_blocking(move || {
                versioned(version, &config, embedder.as_ref()).map(|rules| (rules, config))
            })
            .await
            .unwrap_or_else(|fault| Err(fault.into())),
            Err(fault) => Err(fault),
        };
        match taken {
            Ok((rules, config)) => {
                self.rules.store(Arc::new(rules));
                self.config.store(Arc::new(config));
                tracing::info!("settings read anew");
            }
            Err(fault) => tracing::error!("the settings were not taken, the ones before stay: {fault:#}"),
        }
    }
}

/// What changes the answers when settings change.
fn versioned(version: u64, config: &Config, embedder: &dyn Embedder) -> anyhow::Result<VersionedRules> {
    let own = intents::own_examples(config)?;
    let intents = intents::classifier(&config.data_dir, embedder, own.as_ref())?;
    let curated = answers(config)?;
    let classes = intents.own_classes();
    let unknown = |name: &&str| classes.iter().all(|class| &**class != *name);
    let in_answers = curated.iter().filter_map(|answer| answer.intent.as_deref()).find(unknown);
    let in_escalation = config.rules.escalation.intents.keys().map(String::as_str).find(unknown);
    if let Some(name) = in_answers.or(in_escalation) {
        bail!("TRIA_INTENTS_FILE has no class \"{name}\", which your answers or escalation rules name");
    }
    logo(config)?;
    Ok(VersionedRules {
        version,
        rules: config.rules.clone(),
        phrases: Arc::new(phrases(config)?),
        curated,
        intents: Arc::new(intents),
        patience: config.answer_deadline,
        merge_window: config.merge_window,
    })
}

/// The language model of the settings.
fn wording(config: &Config) -> anyhow::Result<Option<Wording>> {
    let Some(llm) = &config.llm else { return Ok(None) };
    let client = ChatClient::new(llm.client.clone())?;
    Ok(Some(Wording { client, temperature: llm.temperature, max_tokens: llm.max_tokens }))
}

/// Whether documents can show the company's logo.
pub fn logo(config: &Config) -> anyhow::Result<()> {
    let Some(logo) = &config.issuer.logo else { return Ok(()) };
    check_logo(logo).map_err(|fault| anyhow::anyhow!("TRIA_LOGO can not be shown on documents: {fault}"))
}

/// The operator's own answers.
pub fn answers(config: &Config) -> anyhow::Result<Vec<CuratedAnswer>> {
    let Some(file) = &config.answers_file else { return Ok(Vec::new()) };
    let text = std::fs::read_to_string(file)
        .with_context(|| format!("TRIA_ANSWERS_FILE: {} can not be read", file.display()))?;
    curated::read(&text).map_err(|fault| anyhow::anyhow!("TRIA_ANSWERS_FILE: {}: {fault}", file.display()))
}

/// The built-in phrases, with those of the operator's file over them.
pub fn phrases(config: &Config) -> anyhow::Result<Phrases> {
    let Some(file) = &config.phrases_file else { return Ok(Phrases::built_in()?) };
    let own = std::fs::read_to_string(file)
        .with_context(|| format!("TRIA_PHRASES_FILE: {} can not be read", file.display()))?;
    Phrases::with(&own).with_context(|| format!("TRIA_PHRASES_FILE: {}", file.display()))
}

fn tell_systemd(state: sd_notify::NotifyState<'_>) {
    if let Err(fault) = sd_notify::notify(&[state]) {
        tracing::warn!(%fault, "systemd could not be told");
    }
}

/// The folder of the settings; the demo brings its own policies along and writes them beside its data.
fn policies_folder(config: &Config, of_demo: bool) -> anyhow::Result<PathBuf> {
    if !of_demo {
        return Ok(config.policies_dir.clone());
    }
    let folder = config.data_dir.join("policies");
    if !folder.try_exists()? {
        std::fs::create_dir_all(&folder)?;
        for (name, text) in crate::demo::POLICIES {
            std::fs::write(folder.join(name), text)?;
        }
    }
    Ok(folder)
}

/// What indexes of these settings are built from.
fn source(config: &Arc<ArcSwap<Config>>, folder: PathBuf, embedder: Arc<dyn Embedder>) -> PolicySource {
    let data_dir = config.load().data_dir.clone();
    let (live, fault) = LiveIndex::open(&data_dir, embedder.model());
    if let Some(fault) = fault {
        tracing::info!(%fault, "no index can be used yet; building one");
    }
    let settings = config.clone();
    PolicySource {
        folder,
        builder: Builder::new(&data_dir),
        live: Arc::new(live),
        embedder,
        placeholders: Box::new(move || settings.load().placeholders()),
    }
}

/// Brings the index up to date before the first request. With a usable index, a fault in the policies does not
/// keep the server from starting.
async fn build_index(
    source: Arc<PolicySource>,
    mut progress: Box<dyn FnMut(usize, usize) + Send>,
) -> anyhow::Result<()> {
    let at_work = source.clone();
    let built = tokio::task::spawn_blocking(move || at_work.build(&mut *progress)).await?;
    match built {
        Ok(report) => {
            if let Some(why) = report.rebuilt_because {
                tracing::warn!(why, "the index was built anew");
            }
            Ok(())
        }
        Err(fault) if source.live.current().chunk_count() > 0 => {
            tracing::error!(%fault, "the policies were not taken; the index before goes on answering");
            Ok(())
        }
        Err(fault) => Err(fault).with_context(|| {
            format!("there is no index, and none can be built from {}", source.folder.display())
        }),
    }
}
