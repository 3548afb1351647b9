// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/comparator/keyindexpush.h"

#include "models/consistency/merge.h"
#include "models/core/ids.h"
#include "models/sync/changemark.h"

#include <algorithm>
#include <tuple>

namespace crossfade {

namespace {

constexpr const char *IndexPath = "/api/v1/key-index";
constexpr std::size_t KeyPieceBytes = 64 << 10;
constexpr std::size_t MostAddedKeys = 5'000; // at once; the router takes more
constexpr int ChangesAtOnce = 5'000;
constexpr int MostChangePages = 20; // of one look; the rest the next time
constexpr std::size_t MostRecent = 200'000;
constexpr std::chrono::seconds LookBack{10}; // a change may be committed after later ones were seen
constexpr std::chrono::milliseconds FollowEvery{2'000};
constexpr std::chrono::seconds AskIndexEvery{10};
constexpr int SweepsShare = 5;   // of all time a fifth at most
constexpr int FollowsShare = 10;
constexpr std::chrono::milliseconds IndexCall{10'000};
constexpr std::chrono::milliseconds IndexUpload{110'000};

// FNV-1a, well mixed: only ever compared with what this program made of the same keys.
std::uint64_t keyHash(std::string_view key)
{
    std::uint64_t hash = 14'695'981'039'346'656'037U;
    for (const char c : key)
        hash = (hash ^ static_cast<unsigned char>(c)) * 1'099'511'628'211U;
    hash ^= hash >> 32;
    hash *= 0x9E3779B97F4A7C15U;
    return hash ^ (hash >> 29);
}

// It is told as why the router is not: so whose it is.
Failure ofLegacy(Error error)
{
    error.message = "LEGACY: " + error.message;
    return fail(std::move(error));
}

} // namespace

// The keys of all tables, a stream at a time.
class KeyIndexPush::Keys {
public:
    Keys(KeyIndexPush &push, const std::vector<Table> &tables) : m_push(push), m_tables(tables) {}
    // None at the end.
    Result<std::optional<std::string>> next()
    {
        for (;;) {
            if (!m_stream) {
                if (m_at == m_tables.size()) return std::optional<std::string>();
                if (auto opened = open(m_tables[m_at]); !opened) return fail(opened.error());
            }
            const Result<bool> more = m_stream->next(m_row);
            if (!more) return ofLegacy(more.error());
            if (*more && m_last == m_row.key) continue; // of a set, which has a row for each member
            if (*more) return m_last = m_row.key;
            m_last.reset();
            m_stream.reset(); // before its source
            m_readingIt.reset();
            m_source.reset();
            ++m_at;
        }
    }

private:
    Result<void> open(const Table &table)
    {
        Result<SourceLoan> source = lendSource(table.source, Access::Read);
        if (!source) return ofLegacy(source.error());
        m_source = std::move(*source);
        m_readingIt.emplace(m_push, *m_source);
        Result<std::unique_ptr<RowStream>> stream = m_source->stream(table.view, std::nullopt, std::nullopt);
        if (!stream) return ofLegacy(stream.error());
        m_stream = std::move(*stream);
        return {};
    }

    KeyIndexPush &m_push;
    const std::vector<Table> &m_tables;
    std::size_t m_at = 0;
    SourceLoan m_source;
    std::optional<Reading> m_readingIt;
    std::unique_ptr<RowStream> m_stream;
    KeyedRow m_row;
    std::optional<std::string> m_last; // of this stream
};

KeyIndexPush::KeyIndexPush(const Context &context, const RouterAddress &router, KeyIndexOptions options)
    : RouterPush(context, router, "KEY_INDEX")
    , m_options(std::move(options))
{
}

Result<void> KeyIndexPush::begin()
{
    m_tables.clear();
    m_digest.reset();
    m_told.reset();
    m_swept = false;
    m_followAt = {};
    m_recent.clear();
    return {};
}

void KeyIndexPush::reads(Source *source)
{
    const std::lock_guard lock(m_readingMutex);
    m_reading = source;
    if (source && router().isCancelled()) source->interrupt();
}

void KeyIndexPush::interrupt()
{
    const std::lock_guard lock(m_readingMutex);
    if (m_reading) m_reading->interrupt();
}

Result<std::vector<KeyIndexPush::Table>> KeyIndexPush::tables()
{
    std::vector<Table> found;
    std::set<std::tuple<std::string, std::string, std::vector<std::string>>> known;
    const Result<void> read = store().read([&](Database &db) -> Result<void> {
        const auto rows = db.query("SELECT id FROM mappings WHERE data_type = ? ORDER BY id", {m_options.dataType});
        if (!rows) return fail(rows.error());
        for (const SqlRow &row : *rows) {
            const Result<MappedSources> mapped = loadMapping(db, row.text(0));
            if (!mapped) return fail(mapped.error());
            const MappedTable &table = mapped->mapping.legacyTable;
            if (!known.emplace(table.sourceId, table.relation(), table.keyColumns()).second) continue;
            Table one{mapped->legacy, tableView(mapped->mapping, Platform::Legacy), std::nullopt, {}};
            one.view.columns.clear();
            one.view.fields.clear();
            one.view.set = false; // no members are read
            found.push_back(std::move(one));
        }
        return {};
    });
    if (!read) return fail(read.error());
    if (found.empty()) return fail(ErrorKind::Unavailable, "no mapping is of the data type " + m_options.dataType);
    return found;
}

Result<void> KeyIndexPush::keep(Table &table)
{
    if (!table.view.changedColumn) return {};
    const Result<SourceLoan> source = lendSource(table.source, Access::Read);
    if (!source) return ofLegacy(source.error());
    const Reading reading(*this, **source);
    Result<std::optional<ChangePlace>> last = (*source)->lastChange(table.view);
    if (!last) return ofLegacy(last.error());
    table.mark = std::move(*last);
    return {};
}

Result<KeyIndexPush::Digest> KeyIndexPush::digest()
{
    Digest digest;
    Keys keys(*this, m_tables);
    for (;;) {
        const Result<std::optional<std::string>> key = keys.next();
        if (!key) return fail(key.error());
        if (!*key) return digest;
        if (router().isCancelled()) return fail(ErrorKind::Cancelled, "stopped");
        if (isValidId(**key)) {
            ++digest.keys;
            digest.sum += keyHash(**key);
        } else if (digest.outside++ == 0) {
            digest.example = (*key)->substr(0, 100);
        }
    }
}

Result<Json> KeyIndexPush::ask()
{
    FetchRequest request;
    request.url = IndexPath;
    request.timeout = IndexCall;
    return routerJson(router().call(std::move(request)));
}

Result<RouterPush::Step> KeyIndexPush::push()
{
    const bool sweeps = !m_swept || Clock::now() >= m_sweepAt;
    if (!sweeps && Clock::now() < m_followAt) return Step{};
    if (!sweeps && Clock::now() - m_askedAt < AskIndexEvery && m_told) return follow();
    const Result<Json> router = ask();
    if (!router) return fail(router.error());
    m_askedAt = Clock::now();
    const bool same = m_told && m_told->version == numberIn(*router, "version") && m_told->at == textIn(*router, "updated_at");
    if (!same) {
        m_told.reset();
        m_digest.reset();
    }
    if (!same || sweeps) return sweep(*router);
    Result<Step> step = follow();
    if (step && step->done == Done::Nothing) step->done = Done::Reached;
    return step;
}

// Whatever changes while the keys are read is found after it by the change columns.
Result<RouterPush::Step> KeyIndexPush::sweep(const Json &router)
{
    const Clock::time_point begun = Clock::now();
    Result<std::vector<Table>> found = tables();
    if (!found) return fail(found.error());
    m_tables = std::move(*found);
    m_recent.clear();
    for (Table &table : m_tables) {
        if (const Result<void> kept = keep(table); !kept) return fail(kept.error());
    }
    const Result<Digest> digest = this->digest();
    if (!digest) return fail(digest.error());
    Step step{Done::Reached, false};
    if (!m_digest || !(*m_digest == *digest)) {
        Digest sent; // by now it may be another one
        const Result<Json> answer = pushAll(router, *digest, sent);
        if (!answer) return fail(answer.error());
        m_digest = std::move(sent);
        step = done(*answer, Done::Pushed);
    }
    m_swept = true;
    m_sweepAt = Clock::now() + std::max<Clock::duration>(std::chrono::seconds(m_options.sweepSeconds),
                                                         SweepsShare * (Clock::now() - begun));
    m_followAt = Clock::now() + FollowEvery;
    return step;
}

Result<Json> KeyIndexPush::pushAll(const Json &router, const Digest &digest, Digest &sent)
{
    // One that lacks keys, or has none, decides nothing.
    const bool complete = digest.outside == 0 && digest.keys > 0;
    FetchRequest request;
    request.method = "PUT";
    request.url = std::string(IndexPath) + (complete ? "?complete=true" : "?complete=false");
    request.headers = {{"Content-Type", "text/plain"}, {"If-Match", "\"" + std::to_string(numberIn(router, "version")) + "\""}};
    request.timeout = IndexUpload;
    Keys keys(*this, m_tables);
    const BodyPieces pieces = [&]() -> Result<std::string> {
        std::string piece;
        while (piece.size() < KeyPieceBytes) {
            const Result<std::optional<std::string>> key = keys.next();
            if (!key) return fail(key.error());
            if (!*key) break;
            if (isValidId(**key)) {
                piece.append(**key).append("\n");
                ++sent.keys;
                sent.sum += keyHash(**key);
            } else if (++sent.outside > digest.outside) // one came since: what was said of the whole is not so
                return fail(ErrorKind::Stale, "LEGACY's keys change while they are read");
        }
        return piece;
    };
    const Result<Json> answer = routerJson(this->router().call(std::move(request), pieces));
    if (!answer || digest.outside == 0) return answer;
    Json told = *answer;
    told["outside"] = digest.outside;
    told["example"] = digest.example;
    return told;
}

// What the router has now, and what is shown of it.
RouterPush::Step KeyIndexPush::done(const Json &answer, Done how)
{
    m_told = Told{numberIn(answer, "version"), textIn(answer, "updated_at")};
    m_askedAt = Clock::now();
    Step step{how, false};
    const std::int64_t outside = numberIn(answer, "outside");
    step.detail = Json{{"data_type", m_options.dataType},
                       {"keys", numberIn(answer, "keys")},
                       {"complete", answer.value("complete", Json(false))},
                       {"router_version", m_told->version},
                       {"outside_grammar", outside},
                       {"example", outside > 0 ? Json(textIn(answer, "example")) : Json()}};
    return step;
}

// Keys of rows that have changed and were not looked at lately; those that were read before an error, too. Of a change of
// very many rows each look goes on where the one before it ended: they may all be of one moment.
Result<void> KeyIndexPush::news(Table &table, std::vector<std::string> &keys)
{
    if (!table.view.changedColumn) return {};
    const Result<SourceLoan> source = lendSource(table.source, Access::Read);
    if (!source) return ofLegacy(source.error());
    const Reading reading(*this, **source);
    std::optional<ChangePlace> from = table.mark;
    if (from) from->value = earlierMark(from->value, LookBack);
    if (table.rest) from = table.rest;
    for (int page = 0; page < MostChangePages; ++page) {
        const Result<std::vector<SourceRow>> rows = (*source)->changedSince(table.view, from, ChangesAtOnce);
        if (!rows) return ofLegacy(rows.error());
        for (const SourceRow &row : *rows) {
            if (isValidId(row.row.key) && m_recent.insert(row.row.key).second) keys.push_back(row.row.key);
        }
        table.rest.reset();
        if (rows->empty()) return {};
        const SourceRow &last = rows->back();
        from = ChangePlace{last.row.changed.value_or(""), last.storage.back(), last.row.key};
        table.mark = ChangePlace{from->value, from->storage, std::nullopt};
        if (static_cast<int>(rows->size()) < ChangesAtOnce) return {};
        table.rest = from;
    }
    return {};
}

Result<Json> KeyIndexPush::add(const std::vector<std::string> &keys)
{
    Json answer;
    std::int64_t version = m_told->version;
    for (std::size_t from = 0; from < keys.size(); from += MostAddedKeys) {
        FetchRequest request;
        request.method = "PATCH";
        request.url = IndexPath;
        request.headers = {{"Content-Type", "text/plain"}, {"If-Match", "\"" + std::to_string(version) + "\""}};
        request.timeout = IndexUpload;
        for (std::size_t i = from; i < std::min(keys.size(), from + MostAddedKeys); ++i)
            request.body.append(keys[i]).append("\n");
        const Result<Json> taken = routerJson(router().call(std::move(request)));
        if (!taken) return taken;
        answer = *taken;
        version = numberIn(answer, "version");
    }
    return answer;
}

Result<RouterPush::Step> KeyIndexPush::follow()
{
    const Clock::time_point begun = Clock::now();
    if (m_recent.size() > MostRecent) m_recent.clear();
    std::vector<std::string> keys;
    Result<void> read;
    for (Table &table : m_tables) {
        if (Result<void> some = news(table, keys); !some && read) read = some;
    }
    Step step; // what was found is told though not all could be read: it is not found again
    if (!keys.empty()) {
        const std::int64_t before = m_told->version;
        const Result<Json> answer = add(keys);
        if (!answer) { // also of a router that takes no single keys: they come with all others
            m_told.reset();
            m_swept = false;
            return fail(answer.error());
        }
        const bool news = numberIn(*answer, "version") != before;
        if (news) m_digest.reset(); // the whole is another one by now
        step = done(*answer, news ? Done::Pushed : Done::Reached);
        if (!news) step.detail.reset();
    }
    m_followAt = Clock::now() + std::max<Clock::duration>(FollowEvery, FollowsShare * (Clock::now() - begun));
    if (!read) return fail(read.error());
    return step;
}

} // namespace crossfade
