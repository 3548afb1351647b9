// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "app/service/postgres.h"

#include "app/service/log.h"
#include "app/service/postgressql.h"
#include "models/core/refusals.h"

#include <algorithm>
#include <array>
#include <charconv>

#include <libpq-fe.h>
#include <poll.h>

namespace crossfade {

namespace {

using Clock = std::chrono::steady_clock;
constexpr std::size_t MostKept = 200;
constexpr std::size_t MostKeptValues = 100;
constexpr std::chrono::milliseconds TryPause{300};
// The server ends a statement by itself; a silence beyond that is a dead connection.
constexpr std::chrono::seconds Grace{3};
// A statement that is to end and goes on: the server may have heard of it before it had the statement.
constexpr std::chrono::milliseconds AskAgain{250};
// Of a statement that was slow to end there may be many, one each AskAgain; each that was sent hits once.
constexpr int MostLateCancels = 20;
constexpr std::size_t BatchBytes = 256 << 10;
constexpr int MostInBatch = 1'000;

// Fixed in PostgreSQL's catalogue for ever. 0 lets the server say what a text stands for.
constexpr Oid Int8Type = 20;
constexpr Oid Float8Type = 701;

std::string numberText(double number)
{
    std::array<char, 32> text{};
    const auto end = std::to_chars(text.data(), text.data() + text.size(), number);
    return {text.data(), end.ptr};
}

} // namespace

struct PostgresDatabase::Bound {
    std::vector<std::string> texts;
    std::vector<const char *> values;
    std::vector<Oid> types;
    std::string signature;

    explicit Bound(const Parameters &parameters)
    {
        texts.reserve(parameters.size());
        for (const SqlValue &value : parameters)
            add(value);
    }
    void add(const SqlValue &value)
    {
        if (std::holds_alternative<std::nullptr_t>(value)) return push({}, 0, 'n');
        if (const auto *integer = std::get_if<std::int64_t>(&value))
            return push(std::to_string(*integer), Int8Type, 'i');
        if (const auto *number = std::get_if<double>(&value))
            return push(numberText(*number), Float8Type, 'd');
        push(toPostgresText(std::get<std::string>(value)), 0, 't');
    }
    void push(std::string text, Oid type, char mark)
    {
        texts.push_back(std::move(text));
        values.push_back(mark == 'n' ? nullptr : texts.back().c_str());
        types.push_back(type);
        signature += mark;
    }
    int count() const { return static_cast<int>(values.size()); }
};

PostgresDatabase::PostgresDatabase(PostgresTarget target, Mode mode)
    : m_target(std::move(target))
    , m_mode(mode)
{
}

PostgresDatabase::~PostgresDatabase()
{
    drop();
}

Result<std::unique_ptr<PostgresDatabase>> PostgresDatabase::open(PostgresTarget target, Mode mode)
{
    std::unique_ptr<PostgresDatabase> database(new PostgresDatabase(std::move(target), mode));
    if (auto connected = database->ensureConnected(); !connected) return fail(connected.error());
    return database;
}

bool PostgresDatabase::isConnected() const
{
    return m_handle && PQstatus(m_handle.get()) == CONNECTION_OK;
}

bool PostgresDatabase::inTransaction() const
{
    if (!m_begun || !isConnected()) return false;
    const PGTransactionStatusType status = PQtransactionStatus(m_handle.get());
    return status == PQTRANS_INTRANS || status == PQTRANS_INERROR || status == PQTRANS_ACTIVE;
}

void PostgresDatabase::drop()
{
    m_interruption.forget();
    m_handle.reset();
    m_kept.clear();
}

Error PostgresDatabase::lost(const std::string &what)
{
    logWarning("the connection to the database was lost",
               {{"database", postgresPlace(m_target.url)}, {"error", what}});
    drop();
    return refused(refusals::ConnectionLost);
}

Result<void> PostgresDatabase::connect()
{
    drop();
    auto handle = connectPostgres(m_target, m_mode == Mode::ReadOnly);
    if (!handle) return fail(handle.error());
    m_handle = std::move(*handle);
    m_interruption.connected(m_handle.get());
    m_nextTry = Clock::now() + TryPause; // lost again while greeting, it is not tried from there
    auto greeted = greet();
    if (!greeted) drop();
    return greeted;
}

Result<void> PostgresDatabase::ensureConnected()
{
    if (isConnected()) return {};
    if (Clock::now() < m_nextTry)
        return fail(refused(refusals::DatabaseSilent));
    auto connected = connect();
    m_nextTry = connected ? Clock::time_point{} : Clock::now() + TryPause;
    return connected;
}

Result<void> PostgresDatabase::ready()
{
    if (m_transactionRequired && !inTransaction())
        return fail(ErrorKind::Unavailable, "database: the transaction was given up");
    if (!m_begun) return ensureConnected();
    if (!isConnected()) return fail(ErrorKind::Unavailable, "database: the connection was lost");
    return {};
}

void PostgresDatabase::interrupt()
{
    m_interruption.interrupt();
}

// Before anything is sent.
Result<void> PostgresDatabase::clear()
{
    if (!m_interruption.settle(m_target.cancelTime)) return fail(lost("a cancel did not get through in time"));
    if (m_interruption.isWanted()) return fail(ErrorKind::Cancelled, "database: cancelled");
    return {};
}

Result<PostgresRows> PostgresDatabase::answer()
{
    const auto sent = Clock::now();
    const auto deadline = sent + m_target.statementTime + Grace;
    PostgresRows kept;
    for (;;) {
        while (PQisBusy(m_handle.get())) {
            const bool said = waitForPostgres(m_handle.get(), POLLIN, std::min(deadline, Clock::now() + AskAgain));
            if (!said && (PQsocket(m_handle.get()) < 0 || Clock::now() >= deadline))
                return fail(lost("no answer in time"));
            if (!said)
                m_interruption.again();
            else if (!PQconsumeInput(m_handle.get()))
                return fail(lost(postgresSentence(PQerrorMessage(m_handle.get()))));
        }
        PostgresRows next(PQgetResult(m_handle.get()));
        if (!next) break;
        // The first error of several statements says what went wrong.
        if (!kept || PQresultStatus(kept.get()) != PGRES_FATAL_ERROR) kept = std::move(next);
    }
    return checked(std::move(kept), Clock::now() - sent);
}

Result<PostgresRows> PostgresDatabase::checked(PostgresRows rows, Clock::duration took)
{
    m_cancelledByOthers = false;
    const ExecStatusType status = PQresultStatus(rows.get());
    if (status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK || status == PGRES_EMPTY_QUERY) {
        if (isConnected()) return rows;
        return fail(lost("closed by the server"));
    }
    if (!rows || !isConnected()) return fail(lost(postgresSentence(PQerrorMessage(m_handle.get()))));
    const bool wanted = m_interruption.isWanted();
    const char *state = PQresultErrorField(rows.get(), PG_DIAG_SQLSTATE);
    // The server says the same of its own limit of time, which cannot have passed before it did here.
    m_cancelledByOthers = !wanted && state && std::string_view(state) == "57014" && took < m_target.statementTime;
    return fail(postgresError(rows.get(), wanted));
}

// Whether what failed may be begun anew: a cancel of an earlier statement ended it, and with it nothing else.
bool PostgresDatabase::hitByLateCancel(const Error &error)
{
    return error.kind == ErrorKind::Unavailable && m_cancelledByOthers && !m_begun && isConnected() &&
           m_interruption.takeLate();
}

Result<PostgresRows> PostgresDatabase::runPlain(const std::string &text)
{
    if (auto free = clear(); !free) return fail(free.error());
    if (!PQsendQuery(m_handle.get(), text.c_str()))
        return fail(lost(postgresSentence(PQerrorMessage(m_handle.get()))));
    return answer();
}

Result<PostgresRows> PostgresDatabase::runText(const std::string &text, const Bound &bound)
{
    if (auto free = clear(); !free) return fail(free.error());
    if (!PQsendQueryParams(m_handle.get(), text.c_str(), bound.count(), bound.types.data(),
                           bound.values.data(), nullptr, nullptr, 0))
        return fail(lost(postgresSentence(PQerrorMessage(m_handle.get()))));
    return answer();
}

Result<PostgresRows> PostgresDatabase::runKept(const std::string &text, const Bound &bound)
{
    // What a parameter is depends on the values too: the same text may be kept several times.
    const std::string key = bound.signature + "\n" + text;
    auto kept = m_kept.find(key);
    if (kept == m_kept.end()) {
        if (m_kept.size() >= MostKept) return runText(text, bound);
        const std::string name = "s" + std::to_string(m_kept.size());
        if (auto free = clear(); !free) return fail(free.error());
        if (!PQsendPrepare(m_handle.get(), name.c_str(), text.c_str(), bound.count(), bound.types.data()))
            return fail(lost(postgresSentence(PQerrorMessage(m_handle.get()))));
        if (auto prepared = answer(); !prepared) return prepared;
        kept = m_kept.emplace(key, name).first;
    }
    if (auto free = clear(); !free) return fail(free.error());
    if (!PQsendQueryPrepared(m_handle.get(), kept->second.c_str(), bound.count(), bound.values.data(),
                             nullptr, nullptr, 0))
        return fail(lost(postgresSentence(PQerrorMessage(m_handle.get()))));
    return answer();
}

Result<PostgresRows> PostgresDatabase::run(std::string_view sql, const Parameters &values, bool keep)
{
    const NumberedSql numbered = numberedParameters(sql);
    if (numbered.parameters != values.size())
        return fail(ErrorKind::Internal, "database: the count of parameters does not fit");
    if (auto usable = ready(); !usable) return fail(usable.error());
    const Interruption::Scope scope(m_interruption);
    const Bound bound(values);
    // Of many rows at once each may have its nulls elsewhere: kept, they would crowd out all others.
    keep = keep && values.size() <= MostKeptValues;
    auto done = runOnce(numbered.text, bound, keep);
    for (int attempt = 0; !done && attempt < MostLateCancels && hitByLateCancel(done.error()); ++attempt)
        done = runOnce(numbered.text, bound, keep);
    return done;
}

Result<PostgresRows> PostgresDatabase::runOnce(const std::string &text, const Bound &bound, bool keep)
{
    return keep ? runKept(text, bound) : runText(text, bound);
}

Result<std::vector<SqlRow>> PostgresDatabase::query(std::string_view sql, const Parameters &values)
{
    const auto result = run(sql, values, true);
    if (!result) return fail(result.error());
    std::vector<SqlRow> rows;
    const int count = PQntuples(result->get());
    rows.reserve(static_cast<std::size_t>(count));
    for (int row = 0; row < count; ++row)
        rows.push_back(postgresRow(result->get(), row));
    return rows;
}

Result<std::int64_t> PostgresDatabase::execute(std::string_view sql, const Parameters &values)
{
    const auto result = run(sql, values, true);
    if (!result) return fail(result.error());
    std::int64_t count = 0;
    const std::string_view text = PQcmdTuples(result->get());
    std::from_chars(text.data(), text.data() + text.size(), count);
    return count;
}

Result<void> PostgresDatabase::script(const std::string &sql)
{
    if (auto usable = ready(); !usable) return usable;
    const Interruption::Scope scope(m_interruption);
    const auto done = runPlain(sql);
    if (!done) return fail(done.error());
    return {};
}

// Through a cursor: memory does not grow with the result, and statements may be run in between.
Result<void> PostgresDatabase::each(std::string_view sql, const Parameters &values,
                                    const std::function<bool(const SqlRow &)> &visit)
{
    const bool alone = !m_begun;
    if (alone) {
        if (auto begun = beginRead(); !begun) return begun;
    }
    const auto result = eachOfCursor("rows" + std::to_string(++m_cursors), sql, values, visit);
    if (alone) rollback();
    return result;
}

// One statement for whoever interrupts it, also while `visit` is at work.
Result<void> PostgresDatabase::eachOfCursor(const std::string &cursor, std::string_view sql, const Parameters &values,
                                            const std::function<bool(const SqlRow &)> &visit)
{
    const Interruption::Scope scope(m_interruption);
    const auto declared = run("DECLARE " + cursor + " NO SCROLL CURSOR FOR " + std::string(sql), values, false);
    if (!declared) return fail(declared.error());
    if (auto fetched = fetchAll(cursor, visit); !fetched) return fetched;
    return script("CLOSE " + cursor);
}

Result<void> PostgresDatabase::fetchAll(const std::string &cursor,
                                        const std::function<bool(const SqlRow &)> &visit)
{
    for (int batch = 16;;) {
        if (auto usable = ready(); !usable) return usable;
        const auto result = runPlain("FETCH " + std::to_string(batch) + " FROM " + cursor);
        if (!result) return fail(result.error());
        const int count = PQntuples(result->get());
        std::size_t bytes = 0;
        for (int row = 0; row < count; ++row) {
            for (int column = 0; column < PQnfields(result->get()); ++column)
                bytes += static_cast<std::size_t>(PQgetlength(result->get(), row, column));
            if (!visit(postgresRow(result->get(), row))) return {};
        }
        if (count < batch) return {};
        if (bytes < BatchBytes) batch = std::min(batch * 2, MostInBatch);
        if (bytes > 4 * BatchBytes) batch = std::max(batch / 2, 1);
    }
}

Result<void> PostgresDatabase::begin(const char *sql)
{
    // A connection that died while it was idle shows only now; nothing is begun yet, so once more.
    for (int attempt = 0;; ++attempt) {
        if (auto connected = ensureConnected(); !connected) return connected;
        const auto begun = runPlain(sql);
        m_begun = begun.has_value();
        if (begun) return {};
        const bool anew = isConnected() ? hitByLateCancel(begun.error()) : attempt == 0;
        if (!anew || attempt >= MostLateCancels) return fail(begun.error());
    }
}

Result<void> PostgresDatabase::beginRead()
{
    return begin("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
}

Result<void> PostgresDatabase::beginWrite()
{
    return begin("BEGIN");
}

Result<void> PostgresDatabase::commit()
{
    if (!isConnected() || !m_begun) {
        m_begun = false;
        return fail(ErrorKind::Unavailable, "database: the transaction was given up");
    }
    const auto done = runPlain("COMMIT");
    m_begun = false;
    if (!done) return fail(done.error());
    // A transaction that had failed answers so, without an error.
    if (std::string_view(PQcmdStatus(done->get())) != "COMMIT")
        return fail(ErrorKind::Unavailable, "database: the transaction was given up");
    return {};
}

void PostgresDatabase::rollback()
{
    if (m_begun && isConnected()) static_cast<void>(runPlain("ROLLBACK"));
    m_begun = false;
}

} // namespace crossfade
