// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "app/service/servicestore.h"

#include "app/service/backupfile.h"
#include "app/service/crypto.h"
#include "app/service/log.h"
#include "app/service/postgresstore.h"
#include "app/service/sqlitestore.h"

namespace crossfade {

namespace {

// Four for the read pool, two for the work pool, two for timers and the service's own threads.
constexpr std::size_t MostReaders = 8;
constexpr std::chrono::seconds ReaderWait{10};

// A head that lags is what a sudden death leaves; one that is no element of the chain is a finding
// for the verification and stays as it is.
bool isOnChain(StoreConnection &database, const ChainHead &head)
{
    if (head.sequence == 0) return head.hash == GenesisHash;
    const auto rows = database.query("SELECT hash FROM audit WHERE seq = ?", {head.sequence});
    return rows && rows->size() == 1 && rows->front().text(0) == head.hash;
}

// A restore that died between its last two steps: the store is the restored one, its head is not yet.
void finishRestore(StoreConnection &database, const std::filesystem::path &headFile)
{
    const auto restored = AuditHeadFile(restoredHead(headFile)).read();
    if (!restored || restored->sequence == 0 || !isOnChain(database, *restored)) return;
    if (moveInto(restoredHead(headFile), headFile))
        logWarning("a restore that was cut short was finished", {{"entries", restored->sequence}});
}

} // namespace

std::string newStoreUuid(const Environment &environment)
{
    std::string text = sha256Hex(environment.newSecret(16)).substr(0, 36);
    for (const std::size_t dash : {8, 13, 18, 23})
        text[dash] = '-';
    text[14] = '4';
    text[19] = 'a';
    return text;
}

Result<std::unique_ptr<Store>> Store::open(StoreOptions options, Environment environment)
{
    auto store = ServiceStore::open(std::move(options), std::move(environment));
    if (!store) return fail(store.error());
    return std::unique_ptr<Store>(std::move(*store));
}

Result<std::unique_ptr<ServiceStore>> ServiceStore::open(StoreOptions options, Environment environment)
{
    if (options.database.empty()) {
        auto store = SqliteStore::open(std::move(options), std::move(environment));
        if (!store) return fail(store.error());
        return std::unique_ptr<ServiceStore>(std::move(*store));
    }
    auto store = PostgresStore::open(std::move(options), std::move(environment));
    if (!store) return fail(store.error());
    return std::unique_ptr<ServiceStore>(std::move(*store));
}

ServiceStore::~ServiceStore() = default;

Result<void> ServiceStore::checkNotLost() const
{
    const auto head = AuditHeadFile(headFile()).read();
    if (!head || head->sequence == 0) return {};
    std::error_code error;
    const auto aside = m_options.directory / "store.sqlite.replaced";
    const std::string kept =
        std::filesystem::exists(aside, error) ? " (the latest restore kept what it replaced as " + aside.string() + ")" : "";
    return fail(ErrorKind::Conflict,
                "there is no store at " + place() + ", but " + headFile().string() + " is that of one with " +
                    std::to_string(head->sequence) + " changes: an empty one would serve everybody by default. Put "
                    "the store or a copy back (restore --from FILE)" + kept + ", or remove " +
                    headFile().string() + " to begin with an empty one");
}

Result<ChainHead> ServiceStore::prepareClock(StoreConnection &database, std::int64_t &epoch)
{
    constexpr const char *Clock = "SELECT store_uuid, epoch, audit_seq, audit_hash FROM clock";
    AuditHeadFile headFile(this->headFile());
    if (auto locked = database.beginWrite(); !locked) return fail(locked.error());
    auto rows = database.query(Clock);
    if (rows && rows->empty()) {
        if (auto free = checkNewFolder(); !free) return fail(free.error());
        // The outside head comes first: from the first commit on it must not be missing.
        if (auto written = headFile.write({}); !written) return fail(written.error());
        auto made = database.execute("INSERT INTO clock (one, store_uuid, epoch, event_id, "
                                     "audit_seq, audit_hash) VALUES (1, ?, 0, 0, 0, ?) "
                                     "ON CONFLICT (one) DO NOTHING",
                                     {newStoreUuid(m_environment), std::string(GenesisHash)});
        if (!made) return fail(made.error());
        rows = database.query(Clock);
    }
    if (!rows) return fail(rows.error());
    if (auto done = database.commit(); !done) return fail(done.error());
    m_uuid = rows->front().text(0);
    epoch = rows->front().integer(1);
    m_eventPrefix = m_uuid.substr(0, 8) + "-";
    return ChainHead{rows->front().integer(2), rows->front().text(3)};
}

Result<void> ServiceStore::start()
{
    std::error_code error;
    std::filesystem::create_directories(m_options.directory, error);
    if (error)
        return fail(ErrorKind::Unavailable, "cannot create " + m_options.directory.string() + ": " +
                                                error.message());
    auto database = openWriter();
    if (!database) return fail(database.error());
    std::int64_t epoch = 0;
    const auto inside = prepareClock(**database, epoch);
    if (!inside) return fail(inside.error());
    if (auto fits = checkFolder(**database, *inside); !fits) return fits;
    finishRestore(**database, this->headFile());
    AuditHeadFile headFile(this->headFile());
    const auto outside = headFile.read();
    const bool fits = outside && isOnChain(**database, *outside);
    if (!fits)
        logError("the audit head file does not fit the store; see /api/v1/audit/verification");
    else if (outside->sequence < inside->sequence)
        static_cast<void>(headFile.write(*inside));
    m_writer = std::make_unique<Writer>(std::move(*database), std::move(headFile), m_environment,
                                        m_options.maxQueuedWrites,
                                        Writer::Start{epoch, *inside, fits});
    return {};
}

void ServiceStore::write(Actor actor, WriteWork work, std::function<void(Result<Json>)> done, Turn turn)
{
    auto answer = std::make_shared<Json>();
    WriteJob job;
    job.turn = turn;
    job.actor = std::move(actor);
    job.turn = turn;
    job.work = [work = std::move(work), answer](StoreTransaction &transaction) -> Result<void> {
        Result<Json> result = work(transaction);
        if (!result) return fail(result.error());
        *answer = std::move(*result);
        return {};
    };
    job.done = [done = std::move(done), answer](Result<void> result) {
        if (!done) return;
        if (result)
            done(std::move(*answer));
        else
            done(fail(result.error()));
    };
    m_writer->submit(std::move(job));
}

Result<Json> ServiceStore::writeAndWait(Actor actor, WriteWork work, Turn turn)
{
    auto promise = std::make_shared<std::promise<Result<Json>>>();
    auto future = promise->get_future();
    write(std::move(actor), std::move(work),
          [promise](Result<Json> result) { promise->set_value(std::move(result)); }, turn);
    return future.get();
}

Result<std::unique_ptr<StoreConnection>> ServiceStore::takeReader()
{
    std::unique_lock lock(m_mutex);
    const bool free = m_readerFree.wait_for(
        lock, ReaderWait, [this] { return !m_idle.empty() || m_readers < MostReaders; });
    if (!free) return fail(ErrorKind::Unavailable, "too many readers of the store; try again");
    if (!m_idle.empty()) {
        auto reader = std::move(m_idle.back());
        m_idle.pop_back();
        return reader;
    }
    ++m_readers;
    lock.unlock(); // a database that does not answer is waited for by all at once, not one after another
    auto reader = openReader();
    if (reader) return reader;
    lock.lock();
    --m_readers;
    m_readerFree.notify_one();
    return reader;
}

void ServiceStore::returnReader(std::unique_ptr<StoreConnection> reader)
{
    const std::lock_guard lock(m_mutex);
    m_idle.push_back(std::move(reader));
    m_readerFree.notify_one();
}

Result<void> ServiceStore::read(const std::function<Result<void>(Database &)> &work)
{
    auto reader = takeReader();
    if (!reader) return fail(reader.error());
    Result<void> result = (*reader)->beginRead();
    if (result) {
        result = work(**reader);
        (*reader)->rollback();
    }
    returnReader(std::move(*reader));
    return result;
}

std::string ServiceStore::lastEventId(Database &reader)
{
    const auto rows = reader.query("SELECT event_id FROM clock");
    return m_eventPrefix + std::to_string(rows && !rows->empty() ? rows->front().integer(0) : 0);
}

Result<ChainVerdict> ServiceStore::verifyAudit()
{
    // The file first: it may lag behind the store, never the other way round.
    const auto outside = AuditHeadFile(headFile()).read();
    Result<ChainVerdict> verdict;
    auto done = read([&](Database &reader) -> Result<void> {
        verdict = verifyChain(reader, outside, m_stopping);
        return {};
    });
    if (!done) return fail(done.error());
    return verdict;
}

} // namespace crossfade
