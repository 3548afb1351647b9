// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "app/service/serviceimpl.h"

#include "app/service/crypto.h"
#include "app/service/log.h"
#include "app/service/postgreswriter.h"
#include "app/service/retention.h"
#include "app/service/standardroutes.h"

#include <array>

#include <unistd.h>

namespace crossfade {

namespace {

constexpr std::chrono::seconds Heartbeat{10};
constexpr std::chrono::seconds TokenLook{1};
constexpr std::chrono::seconds TimeLook{10};

std::string hostName()
{
    std::array<char, 256> name{};
    static_cast<void>(::gethostname(name.data(), name.size() - 1));
    return name.data();
}

// The name of this replica among the others, the same after a restart: nobody else can have the folder of
// a process that still runs, and no other machine this start of its system.
Result<std::string> replicaName(const std::filesystem::path &folder, const Environment &environment)
{
    const std::filesystem::path file = folder / "replica.id";
    auto own = readFile(file, 100);
    if (!own) {
        own = environment.newSecret(16);
        if (auto written = writeFileAtomically(file, *own); !written) return fail(written.error());
    }
    const std::string start = readFile("/proc/sys/kernel/random/boot_id", 100).value_or("");
    std::error_code error;
    const std::string place = std::filesystem::weakly_canonical(folder, error).string();
    return sha256Hex(*own + "\n" + hostName() + "\n" + start + "\n" + place).substr(0, 16);
}

} // namespace

Result<StoreOptions> storeOptions(const CommonOptions &options, const Service::Identity &identity)
{
    StoreOptions store;
    store.directory = options.data;
    store.migrations = std::filesystem::path(findResources(options.resources)) / "sql" / identity.name;
    store.database = options.database;
    if (options.database.empty()) return store;
    auto password = databaseSecret(options);
    if (!password) return fail(password.error());
    store.databasePassword = std::move(*password);
    return store;
}

ServiceImpl::ServiceImpl(Identity identity, ServeOptions options)
    : m_identity(std::move(identity))
    , m_options(std::move(options))
    , m_resources(findResources(m_options.resources))
{
}

ServiceImpl::~ServiceImpl()
{
    stop();
}

Result<void> ServiceImpl::openStore()
{
    auto lock = FolderLock::take(m_options.data);
    if (!lock) return fail(lock.error());
    m_lock = std::move(*lock);
    auto options = storeOptions(m_options, m_identity);
    if (!options) return fail(options.error());
    options->durable = m_options.storeSync != "off";
    options->acceptStore = m_options.acceptStore;
    options->serves = true;
    auto store = ServiceStore::open(std::move(*options), Environment::real());
    if (!store) return fail(store.error());
    m_store = std::move(*store);
    m_tokens = std::make_unique<TokenBook>(*m_store);
    return m_tokens->start();
}

Result<void> ServiceImpl::joinOthers()
{
    const auto shared = m_store->shared();
    if (!shared || !m_identity.replicas) return {};
    auto name = replicaName(m_options.data, m_store->environment());
    if (!name) return fail(name.error());
    m_lease = std::make_unique<Lease>(*shared, std::move(*name));
    m_lease->setMayLead([this] {
        const auto state = m_takeUps->state();
        return state || state.error().kind != ErrorKind::Conflict;
    });
    m_lease->start();
    m_hurry = std::make_unique<Hurry>(*shared);
    m_store->writer().setHurry([this](bool hurries) { m_hurry->set(hurries); });
    return {};
}

// Before the server answers: what others committed while this service was built is taken up, too.
void ServiceImpl::followOthers()
{
    m_takeUps->begin([this](Database &db, const TakenUp &taken) { return m_part->takeUp(db, taken); });
    const auto shared = m_store->shared();
    if (!shared) return;
    m_listener = std::make_unique<PostgresListener>(*shared, CommitChannel, [this] { m_store->writer().lookAround(); });
}

std::vector<Service::Dependency> ServiceImpl::allDependencies()
{
    std::vector<Dependency> dependencies = m_part->dependencies();
    // Open to everybody: it tells the kind of the store, not where it stands.
    dependencies.insert(dependencies.begin(), {"store", [this]() -> Result<void> {
        const auto answers = m_store->read([](Database &reader) -> Result<void> {
            const auto rows = reader.query("SELECT epoch FROM clock");
            if (!rows) return fail(rows.error());
            return {};
        });
        if (!answers) return fail(ErrorKind::Unavailable, m_store->engine() + " does not answer");
        const auto state = m_takeUps->state();
        if (state) return {};
        // A newer schema that needs a newer program: that is for whoever runs it to see.
        if (state.error().kind == ErrorKind::Conflict) return fail(ErrorKind::Unavailable, state.error().message);
        return fail(ErrorKind::Unavailable, "what other replicas committed cannot be taken up");
    }, m_store->engine()});
    return dependencies;
}

Result<void> ServiceImpl::buildRoutes()
{
    m_dispatcher = std::make_unique<Dispatcher>(Dispatcher::Parts{
        *m_store, *m_tokens, *m_hub, m_readers, m_workers, m_httpMetrics});
    const auto openapi =
        readFile(std::filesystem::path(m_resources) / "openapi" / m_identity.openapi, 8 << 20);
    if (!openapi) logWarning("no contract to serve", {{"error", openapi.error().message}});
    m_metrics.setEngine(m_store->engine());
    RouteTable routes;
    m_part->addRoutes(routes);
    StandardRoutes{m_identity, *m_store, m_registry, allDependencies(), openapi.value_or(""),
                   [this] { refreshMetrics(); }, m_identity.replicas ? &leadership() : nullptr}
        .addTo(routes);
    m_dispatcher->addRoutes(routes);
    return {};
}

void ServiceImpl::refreshMetrics()
{
    ServiceMetrics::Now now;
    now.eventStreams = m_hub->clients();
    now.queuedReads = m_readers.queued();
    now.queuedWork = m_workers.queued();
    now.queuedWrites = m_store->writer().queued();
    now.unknownCommits = m_store->writer().unknownCommits();
    now.storeBytes = m_store->sizeInBytes();
    now.leads = leadership().leads();
    now.term = leadership().knownTerm();
    now.replicas = leadership().others() + 1;
    now.takenUp = m_takeUps->count();
    m_metrics.show(now);
    m_part->refreshMetrics();
}

Result<void> ServiceImpl::start(const MakePart &makePart)
{
    if (auto opened = openStore(); !opened) return opened;
    m_server = std::make_unique<Server>();
    m_hub = std::make_unique<EventHub>(
        *m_store, *m_tokens, m_readers,
        [this](std::function<void()> act) { m_server->post(std::move(act)); },
        EventHub::Limits{m_options.eventClientBytes, 1'000});
    if (auto ready = m_hub->start(); !ready) return ready;
    m_takeUps = std::make_unique<TakeUps>(m_hub->lastPublished(), [this](std::vector<StoredEvent> events) {
        m_hub->publish(std::move(events));
    });
    m_takeUps->setCheck([sets = m_store->migrations()](Database &db) { return requireReadable(db, sets); });
    m_store->writer().setEvents([this](std::vector<StoredEvent> events) {
        m_takeUps->published(events.back().id);
        m_hub->publish(std::move(events));
    });
    m_store->writer().setTakeUp(
        [this](StoreConnection &db, std::int64_t after) { return m_takeUps->read(db, after); });
    if (auto joined = joinOthers(); !joined) return joined;
    m_store->writer().setTimes([this](auto time) { m_metrics.observeWrite(time); });
    m_timers = std::make_unique<Timers>();
    auto part = makePart(*this);
    if (!part) return fail(part.error());
    m_part = std::move(*part);
    if (auto built = buildRoutes(); !built) return built;
    if (auto started = m_part->start(); !started) return started;
    followOthers();
    m_started = true;
    if (auto listening = m_server->listen(m_options.server, *m_dispatcher); !listening)
        return listening;
    keepHouse();
    return announce();
}

Result<void> ServiceImpl::announce() const
{
    logInfo("serving", {{"service", m_identity.name},
                        {"version", m_identity.version},
                        {"url", m_server->url()},
                        {"pid", ::getpid()}});
    if (m_options.readyFile.empty()) return {};
    return writeFileAtomically(m_options.readyFile,
                               dumpJson({{"url", m_server->url()}, {"pid", ::getpid()}}) + "\n");
}

void ServiceImpl::keepHouse()
{
    m_housekeeping = std::make_unique<Timers>();
    m_housekeeping->every(Heartbeat, [this] { m_server->post([this] { m_hub->heartbeat(); }); });
    m_housekeeping->every(TokenLook, [this] {
        m_tokens->reload();
        m_server->post([this] { m_hub->dropInvalid(); });
    });
    m_housekeeping->every(TimeLook, [this] { m_store->keepTime(); });
    // On a thread of its own: what came in ten minutes takes longer than a look at the tokens may wait.
    m_forgetting = std::make_unique<Timers>();
    m_forgetting->every(std::chrono::seconds(m_options.forgetSeconds), [this] { forget(); });
}

void ServiceImpl::forget()
{
    if (!leadership().leads()) return;
    const auto done = forgetOld(*m_store, {}, m_stopping);
    if (!done)
        logWarning("old events were not removed", {{"error", done.error().message}});
    else if (done->events + done->keys > 0)
        logInfo("old events and keys were removed", {{"events", done->events}, {"keys", done->keys}});
}

void ServiceImpl::broadcast(std::string_view type, const Json &data)
{
    m_hub->broadcast(type, dumpJson(data));
}

void ServiceImpl::every(std::chrono::milliseconds interval, std::function<void()> act)
{
    m_timers->every(interval, [this, act = std::move(act)] {
        if (m_started) act(); // all that it may want stands by then
    });
}

void ServiceImpl::everyAlone(std::chrono::milliseconds interval, std::function<void()> act)
{
    m_ownTimers.push_back(std::make_unique<Timers>());
    m_ownTimers.back()->every(interval, [this, act = std::move(act)] {
        if (m_started) act();
    });
}

void ServiceImpl::stop()
{
    if (!m_lock) return;
    m_stopping = true;
    m_listener.reset();
    if (m_store) m_store->beginStop();
    if (m_housekeeping) m_housekeeping->stop();
    if (m_forgetting) m_forgetting->stop();
    if (m_timers) m_timers->stop();
    for (const auto &timers : m_ownTimers)
        timers->stop();
    if (m_part) m_part->stop();
    if (m_server) m_server->stop(std::chrono::milliseconds(500));
    if (m_tokens) m_tokens->endLooks(); // they would go on in the server
    m_readers.stop();
    m_workers.stop();
    if (m_store) m_store->stop();
    m_hurry.reset();
    if (m_lease) m_lease->stop();
    // Handlers hold what the part owns, so they go first.
    m_dispatcher.reset();
    m_part.reset();
    m_hub.reset();
    m_server.reset();
    m_tokens.reset();
    m_lease.reset();
    m_store.reset();
    m_lock.reset();
}

} // namespace crossfade
