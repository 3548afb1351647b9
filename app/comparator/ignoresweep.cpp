// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/comparator/ignoresweep.h"

#include "app/comparator/rowjson.h"
#include "app/service/killpoint.h"
#include "app/service/log.h"

namespace crossfade {

namespace {

constexpr std::int64_t LookedAtOnce = 1'000;
constexpr std::chrono::milliseconds AfterAFailure{2'000};

IgnoreFacts factsOf(const SqlRow &row, const std::vector<std::string> &texts, const std::optional<std::string> &legacy,
                    const std::optional<std::string> &fresh)
{
    IgnoreFacts facts{texts[0], texts[1], texts[2], texts[3], {}, {}, {}, {}};
    facts.type = differenceTypeFromWord(row.text(5)).value_or(DifferenceType::Different);
    facts.cause = causeFromWord(row.text(6)).value_or(Cause::Value);
    if (legacy) facts.legacy = *legacy;
    if (fresh) facts.fresh = *fresh;
    return facts;
}

} // namespace

IgnoreSweep::IgnoreSweep(const Context &context)
    : m_context(context)
{
}

IgnoreSweep::~IgnoreSweep()
{
    stop();
}

void IgnoreSweep::start()
{
    m_thread = std::jthread([this](const std::stop_token &stop) { run(stop); });
}

void IgnoreSweep::stop()
{
    m_thread.request_stop();
    if (m_thread.joinable()) m_thread.join();
}

void IgnoreSweep::wake()
{
    const std::lock_guard lock(m_mutex);
    m_work = true;
    m_woken.notify_all();
}

void IgnoreSweep::run(const std::stop_token &stop)
{
    while (!stop.stop_requested()) {
        const bool good = sweepIfChanged(stop);
        std::unique_lock lock(m_mutex);
        m_woken.wait_for(lock, stop, good ? BetweenAskingWhoLeads : AfterAFailure, [this] { return m_work; });
        m_work = false;
    }
}

bool IgnoreSweep::sweepIfChanged(const std::stop_token &stop)
{
    m_context.term = m_context.service.leadership().term();
    if (m_context.term == 0) return true;
    std::int64_t changes = 0;
    std::int64_t applied = 0;
    bool over = false;
    const auto readState = [&](Database &db) -> Result<void> {
        const auto rows = db.query("SELECT changes, applied, (SELECT count(*) FROM ignore_rules WHERE ended = 0 AND "
                                   "ends_at <= ?) FROM ignore_state",
                                   {toMs(m_context.store.environment().now())});
        if (!rows) return fail(rows.error());
        if (rows->empty()) return fail(ErrorKind::Internal, "the store has no state of its ignore rules");
        changes = rows->front().integer(0);
        applied = rows->front().integer(1);
        over = rows->front().integer(2) > 0;
        return {};
    };
    Result<void> done = m_context.store.read(readState);
    if (done && over) {
        done = endThoseWhoseTimeIsOver();
        if (done) done = m_context.store.read(readState);
    }
    if (done && applied < changes) done = sweep(stop, changes);
    if (done || done.error().kind == ErrorKind::Cancelled) return true;
    logError("the ignore rules could not be applied to what is open, it is tried again", {{"error", done.error().message}});
    return false;
}

Result<void> IgnoreSweep::endThoseWhoseTimeIsOver()
{
    const Result<Json> ended = write([&](WriteTransaction &tx) -> Result<Json> {
        const auto rows = tx.db().query("SELECT id FROM ignore_rules WHERE ended = 0 AND ends_at <= ? ORDER BY id",
                                        {toMs(tx.now())});
        if (!rows) return fail(rows.error());
        for (const SqlRow &row : *rows) {
            const auto done =
                tx.db().execute("UPDATE ignore_rules SET ended = 1, version = version + 1 WHERE id = ?", {row.text(0)});
            if (!done) return fail(done.error());
            const Result<Json> rule = ignores::ruleJson(tx.db(), row.text(0));
            if (!rule) return rule;
            tx.audit({"ignore_rule.end", "ignore_rule", row.text(0), {{"ended", false}}, {{"ended", true}},
                      "its time is over"});
            tx.emit("ignore_rule.changed", {{"rule", *rule}});
        }
        if (!rows->empty()) {
            if (Result<void> noted = ignores::noteChange(tx.db()); !noted) return fail(noted.error());
        }
        return Json();
    });
    return ended ? Result<void>() : fail(ended.error());
}

Result<void> IgnoreSweep::sweep(const std::stop_token &stop, std::int64_t changes)
{
    std::vector<ignores::Active> rules;
    const Result<void> loaded = m_context.store.read([&](Database &db) -> Result<void> {
        auto active = ignores::active(db, m_context.store.environment().now());
        if (!active) return fail(active.error());
        rules = std::move(*active);
        return {};
    });
    if (!loaded) return loaded;
    std::string after;
    std::int64_t changed = 0;
    for (;;) {
        if (stop.stop_requested()) return fail(ErrorKind::Cancelled, "cancelled");
        const Result<Chunk> chunk = look(rules, after);
        if (!chunk) return fail(chunk.error());
        if (Result<void> stored = store(chunk->changes); !stored) return stored;
        changed += static_cast<std::int64_t>(chunk->changes.size());
        if (chunk->last.empty()) break;
        after = chunk->last;
    }
    // Rules that have changed since then are another sweep's.
    const Result<Json> noted = write([&](WriteTransaction &tx) -> Result<Json> {
        const auto done = tx.db().execute("UPDATE ignore_state SET applied = ? WHERE applied < ?", {changes, changes});
        if (!done) return fail(done.error());
        if (changed > 0) tx.emit("difference.changed", {{"added", 0}, {"ignore_rules_applied", changed}});
        return Json();
    });
    return noted ? Result<void>() : fail(noted.error());
}

Result<IgnoreSweep::Chunk> IgnoreSweep::look(const std::vector<ignores::Active> &rules, const std::string &after) const
{
    Chunk chunk;
    const Result<void> read = m_context.store.read([&](Database &db) -> Result<void> {
        // The plus keeps SQLite from an index of the open ones, all of which it would sort for each chunk.
        const auto rows = db.query("SELECT id, check_id, entity_type, entity_id, field_name, difference_type, cause, "
                                   "legacy_value, new_value, ignored_by, version FROM differences WHERE +resolved = 0 AND "
                                   "id > ? ORDER BY id LIMIT ?",
                                   {after, LookedAtOnce});
        if (!rows) return fail(rows.error());
        for (const SqlRow &row : *rows) {
            const std::vector<std::string> texts{row.text(1), row.text(2), row.text(3), row.text(4)};
            const auto legacy = ignores::shownText(jsonOrNull(row, 7));
            const auto fresh = ignores::shownText(jsonOrNull(row, 8));
            const ignores::Active *rule = ignores::firstFit(rules, factsOf(row, texts, legacy, fresh));
            const std::string wanted = rule ? rule->id : std::string();
            if (wanted != row.text(9)) chunk.changes.push_back({row.text(0), row.integer(10), wanted});
        }
        if (static_cast<std::int64_t>(rows->size()) == LookedAtOnce) chunk.last = rows->back().text(0);
        return {};
    });
    if (!read) return fail(read.error());
    return chunk;
}

// What was stored anew since it was looked at has been held against the rules of then.
Result<void> IgnoreSweep::store(const std::vector<Change> &changes)
{
    if (changes.empty()) return {};
    const Result<Json> stored = write([&](WriteTransaction &tx) -> Result<Json> {
        for (const Change &change : changes) {
            const auto done = tx.db().execute("UPDATE differences SET ignored_by = ?, version = version + 1 WHERE id = ? AND "
                                              "version = ? AND resolved = 0",
                                              {change.rule.empty() ? SqlValue(nullptr) : SqlValue(change.rule), change.id,
                                               change.version});
            if (!done) return fail(done.error());
        }
        return Json();
    });
    killPoint("ignore.after-chunk");
    return stored ? Result<void>() : fail(stored.error());
}

Result<Json> IgnoreSweep::write(const Store::WriteWork &work)
{
    return m_context.writeLeading({"ignore-rules", ""}, work);
}

} // namespace crossfade
