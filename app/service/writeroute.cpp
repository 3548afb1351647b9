// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "app/service/claims.h"
#include "app/service/crypto.h"
#include "app/service/dispatcher.h"
#include "app/service/withoutstore.h"
#include "models/core/refusals.h"

namespace crossfade {

namespace {

bool isGoodKey(std::string_view key)
{
    if (key.size() > 200) return false;
    for (const char c : key) {
        if (c < 0x21 || c > 0x7E) return false;
    }
    return true;
}

std::string answerText(const HttpResponse &response)
{
    Json headers = Json::array();
    for (const auto &[name, value] : response.headers)
        headers.push_back({name, value});
    return dumpJson({{"content_type", response.contentType},
                     {"body", response.body},
                     {"headers", std::move(headers)}});
}

HttpResponse storedAnswer(const SqlRow &row)
{
    const Json stored = Json::parse(row.text(2), nullptr, false);
    HttpResponse response;
    response.status = static_cast<int>(row.integer(1));
    response.contentType = stored.at("content_type").get<std::string>();
    response.body = stored.at("body").get<std::string>();
    for (const Json &header : stored.at("headers"))
        response.headers.emplace_back(header.at(0).get<std::string>(),
                                      header.at(1).get<std::string>());
    response.headers.emplace_back("Idempotency-Replayed", "true");
    return response;
}

// The first answer of this key, if there is one.
Result<std::optional<HttpResponse>> firstAnswer(Database &database, const RequestKey &key)
{
    const auto rows = database.query("SELECT body_hash, status, answer FROM idempotency "
                                     "WHERE subject = ? AND method = ? AND path = ? AND key = ?",
                                     key.parameters());
    if (!rows) return fail(rows.error());
    if (rows->empty()) return std::optional<HttpResponse>();
    if (rows->front().text(0) != key.bodyHash)
        return fail(refused(refusals::KeyOfAnother, {}, {{"header:Idempotency-Key", "was used with another body"}}));
    return std::optional<HttpResponse>(storedAnswer(rows->front()));
}

Result<void> keepAnswer(Database &database, const RequestKey &key, Instant now, const HttpResponse &response)
{
    auto kept = database.execute(
        "INSERT INTO idempotency (subject, method, path, key, body_hash, at, status, answer) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        {key.subject, key.method, key.path, key.key, key.bodyHash, toMs(now),
         std::int64_t{response.status}, answerText(response)});
    if (!kept) return fail(kept.error());
    return {};
}

// Who asks for its answer, because the connection broke, gets it in a moment.
HttpResponse inFlight(const HttpRequest &request)
{
    HttpResponse later = HttpResponse::problem(refused(refusals::StillInFlight), request.requestId);
    later.setHeader("Retry-After", "1");
    return later;
}

// An index takes no long texts.
std::string shortened(const std::string &path)
{
    constexpr std::size_t MostBytes = 500;
    return path.size() > MostBytes ? sha256Hex(path) : path;
}

std::optional<RequestKey> keyOf(const Admission &admission)
{
    const HttpRequest &request = admission.request;
    const std::string key = request.header("idempotency-key");
    if (request.method != "POST" || key.empty()) return std::nullopt;
    return RequestKey{request.principal.subject, request.method, shortened(admission.target), key,
               sha256Hex(request.header("content-type") + "\n" + request.header("x-reason") + "\n" +
                         request.body)};
}

} // namespace

Result<void> replaceAnswer(Database &database, const RequestKey &key, Instant since, Instant now,
                           const HttpResponse &response)
{
    auto values = key.parameters();
    values.emplace_back(toMs(since));
    auto gone = database.execute("DELETE FROM idempotency WHERE subject = ? AND method = ? AND path = ? AND key = ? "
                                 "AND at >= ?",
                                 values);
    if (!gone) return fail(gone.error());
    const auto older = database.query("SELECT 1 FROM idempotency WHERE subject = ? AND method = ? AND path = ? AND "
                                      "key = ?",
                                      key.parameters());
    if (!older) return fail(older.error());
    return older->empty() ? keepAnswer(database, key, now, response) : Result<void>();
}

// One write from its queueing to its answer, shared by the callbacks of its job.
struct Dispatcher::Call {
    std::shared_ptr<const Admission> admission;
    Answered answer;
    std::optional<RequestKey> key;
    HttpResponse response;
    bool replayed = false; // the stored answer: nothing happened, nothing is to be kept
    Result<void> prepared; // what the step before the transaction came to
    std::optional<Claim> claim; // on the key, while that step acts

    // Where the route can be done without the store: whoever is at it answers, once.
    std::string actId;
    std::mutex mutex;
    bool here = false;     // it is being done here, or was
    bool refusedHere = false;
    bool answered = false;
    std::optional<Result<void>> stored; // what the store said

    WithoutStore *withoutStore() const { return admission->route->withoutStore; }
    bool isDoneHere()
    {
        const std::lock_guard lock(mutex);
        return here;
    }

    HttpResponse refusal(const Error &error) const
    {
        // Whoever wants to take users back is told what does it.
        if (withoutStore() && response.status < 400 && error.kind == ErrorKind::Unavailable)
            return HttpResponse::problem(
                refused(refusals::NeedsStore, {error.message, withoutStore()->instead(admission->request)}),
                admission->request.requestId);
        return response.status >= 400 ? response
                                      : HttpResponse::problem(error, admission->request.requestId);
    }

    // Whether this key's first request was answered: then that answer, or the refusal of another body,
    // is all there is to give.
    Result<bool> replays(Database &database)
    {
        if (!key) return false;
        auto first = firstAnswer(database, *key);
        replayed = !first || first->has_value();
        if (!first) return fail(first.error());
        if (replayed) response = std::move(**first);
        return replayed;
    }

    // The same before anything was prepared: a step that acts (sends a message) must not act twice.
    Result<bool> replays(Store &store)
    {
        Result<bool> known = false;
        if (!key) return known;
        auto read = store.read([&](Database &database) -> Result<void> {
            known = replays(database);
            return {};
        });
        if (!read) return fail(read.error());
        return known;
    }

    // With what keeps the answer: from then on it is that which is found.
    Result<void> endClaim(Database &database) const
    {
        return claim ? claim->end(database) : Result<void>();
    }

    Result<void> work(StoreTransaction &transaction)
    {
        const HttpRequest &request = admission->request;
        if (isDoneHere()) return fail(ErrorKind::Unavailable, "the store did not answer in time");
        const Result<bool> known = replays(transaction.db());
        if (!known) return fail(known.error());
        if (*known) return {};
        if (auto ended = endClaim(transaction.db()); !ended) return ended;
        if (!prepared) return fail(prepared.error());
        auto result = admission->route->onWrite(request, transaction);
        if (!result) return fail(result.error());
        response = std::move(*result);
        // A refusal given as an answer undoes the work just the same.
        if (response.status >= 400) return fail(errorKindFromStatus(response.status), "refused");
        if (withoutStore()) {
            if (auto noted = withoutStore()->noteStored(transaction, actId); !noted) return noted;
        }
        if (!key) return {};
        return keepAnswer(transaction.db(), *key, transaction.now(), response);
    }
};

void Dispatcher::runWrite(const Shared &admission, const Answered &answer)
{
    const HttpRequest &request = admission->request;
    const auto refuse = [&](const Error &error) {
        answer({HttpResponse::problem(error, request.requestId), nullptr});
    };
    auto call = std::make_shared<Call>();
    call->admission = admission;
    call->answer = answer;
    call->key = keyOf(*admission);
    if (call->key && !isGoodKey(call->key->key))
        return refuse({ErrorKind::Invalid, "the Idempotency-Key must be 1 to 200 visible characters",
                       {{"header:Idempotency-Key", "must be 1 to 200 visible characters"}}, {}});
    WithoutStore *keeper = call->withoutStore();
    if (keeper && call->key) {
        auto known = keeper->firstAnswer(*call->key);
        if (!known) return refuse(known.error());
        if (*known) {
            (*known)->headers.emplace_back("Idempotency-Replayed", "true");
            return answer({std::move(**known), nullptr});
        }
    }
    if (call->key) {
        const std::lock_guard lock(m_mutex);
        if (!m_inFlight.insert(call->key->text()).second) return answer({inFlight(request), nullptr});
    }
    WriteJob job;
    job.actor = request.actor();
    job.turn = admission->route->rules.turn;
    job.work = [call](StoreTransaction &transaction) { return call->work(transaction); };
    job.refused = [this, call](Database &database, const Error &error) {
        if (!call->key || call->replayed) return;
        static_cast<void>(call->endClaim(database));
        static_cast<void>(keepAnswer(database, *call->key, m_parts.store.environment().now(),
                                     call->refusal(error)));
    };
    job.done = [this, call](Result<void> result) { storeSaid(call, std::move(result)); };
    if (admission->route->prepare) return prepareFirst(call, std::move(job));
    if (keeper) {
        // Under one key two replicas that both do it come to one act.
        call->actId = call->key ? sha256Hex(call->key->text() + '\n' + call->key->bodyHash)
                                : m_parts.store.environment().newId();
        m_delayed.at(DelayedActs::Clock::now() + StoreAnswersWithin, [this, call] {
            {
                const std::lock_guard lock(call->mutex);
                if (call->here || call->answered) return;
                call->here = true;
            }
            actHere(call);
        });
    }
    m_parts.store.writer().submit(std::move(job));
}

void Dispatcher::prepareFirst(const std::shared_ptr<Call> &call, WriteJob job)
{
    auto later = std::make_shared<WriteJob>(std::move(job));
    const bool readsOnly = call->admission->route->prepareReadsOnly;
    Pool &pool = readsOnly ? m_parts.readers : m_parts.workers;
    const bool queued = pool.submit([this, call, later, readsOnly] {
        const Result<bool> known = call->replays(m_parts.store);
        if (!known) return later->done(fail(known.error()));
        if (*known) return later->done({});
        // Another process on this store may be asked for the same meanwhile.
        if (call->key && m_parts.store.shared() && !readsOnly) {
            const auto claimed = Claim::take(m_parts.store, *call->key);
            if (!claimed && claimed.error().kind == ErrorKind::Conflict) {
                call->replayed = true; // by whoever does it: nothing is to be kept here
                call->response = inFlight(call->admission->request);
            }
            if (!claimed) return later->done(fail(claimed.error()));
            call->claim = *claimed;
        }
        call->prepared = call->admission->route->prepare(call->admission->request);
        // It may have found that there is nothing to write. Where a key is given, its answer is to be kept.
        auto *answer = std::any_cast<HttpResponse>(&call->admission->request.prepared);
        if (call->prepared && answer && !call->key) {
            call->response = std::move(*answer);
            return later->done({});
        }
        m_parts.store.writer().submit(std::move(*later));
    });
    if (!queued) later->done(fail(refused(refusals::TooMuchWaits)));
}

// On the writer thread, or on whichever refused it.
void Dispatcher::storeSaid(const std::shared_ptr<Call> &call, Result<void> result)
{
    const bool failed = !result && httpStatus(result.error().kind) >= 500;
    // Nothing is kept of a failure of ours: the next try is not to wait for the claim to run out.
    if (call->claim && failed) call->claim->endLater(m_parts.store);
    bool begins = false;
    {
        const std::lock_guard lock(call->mutex);
        call->stored = result;
        if (call->here) return; // whoever is at it answers
        begins = failed && call->withoutStore() && !call->refusedHere;
        call->here = begins;
        call->answered = !begins;
    }
    if (!begins) return conclude(*call, result ? std::move(call->response) : call->refusal(result.error()));
    if (m_delayed.at(DelayedActs::Clock::now(), [this, call] { actHere(call); })) return;
    conclude(*call, call->refusal(result.error()));
}

// On the thread of what is delayed.
void Dispatcher::actHere(const std::shared_ptr<Call> &call)
{
    auto done = call->withoutStore()->act(call->admission->request, {call->actId, call->key});
    std::optional<Result<void>> stored;
    {
        const std::lock_guard lock(call->mutex);
        call->answered = done.has_value();
        if (!done) {
            call->here = false;
            call->refusedHere = true;
            stored = call->stored;
            call->answered = stored.has_value();
        }
    }
    if (done) return conclude(*call, std::move(*done));
    if (stored) conclude(*call, *stored ? std::move(call->response) : call->refusal(stored->error()));
}

void Dispatcher::conclude(Call &call, HttpResponse response)
{
    if (call.key) {
        const std::lock_guard lock(m_mutex);
        m_inFlight.erase(call.key->text());
    }
    call.answer({std::move(response), nullptr});
}

} // namespace crossfade
