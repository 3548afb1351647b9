// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/router/enginerecords.h"

namespace crossfade {

namespace {

constexpr const char *EngineSelect =
    "SELECT agent_id, instance, address, boot_id, boot_since, acknowledged, acknowledged_at, refused, refusal, "
    "refused_at, converged, heard_at, sent_at, gone_at, drift_cause, drift_since FROM engine_instance ";

std::optional<Instant> engineInstant(const SqlRow &row, std::size_t column) {
    return row.isNull(column) ? std::nullopt : std::optional(instantFromMs(row.integer(column)));
}

std::optional<std::int64_t> engineEpoch(const SqlRow &row, std::size_t column) {
    return row.isNull(column) ? std::nullopt : std::optional(row.integer(column));
}

SqlValue engineValue(const std::optional<Instant> &at) {
    return at ? SqlValue(toMs(*at)) : SqlValue(nullptr);
}

SqlValue engineValue(const std::optional<std::int64_t> &epoch) {
    return epoch ? SqlValue(*epoch) : SqlValue(nullptr);
}

EngineInstance engineOf(const SqlRow &row) {
    EngineInstance one;
    one.agentId = row.text(0);
    one.name = row.text(1);
    one.address = row.text(2);
    one.bootId = row.text(3);
    one.bootSince = instantFromMs(row.integer(4));
    one.acknowledged = row.integer(5);
    one.acknowledgedAt = engineInstant(row, 6);
    one.refused = engineEpoch(row, 7);
    one.refusal = row.text(8);
    one.refusedAt = engineInstant(row, 9);
    one.converged = engineEpoch(row, 10);
    one.heardAt = instantFromMs(row.integer(11));
    one.sentAt = instantFromMs(row.integer(12));
    one.goneAt = engineInstant(row, 13);
    // A cause that a newer program wrote is judged anew.
    if (const auto cause = driftCauseFromWord(row.text(14))) one.drift = {*cause, instantFromMs(row.integer(15))};
    return one;
}

Result<std::vector<EngineInstance>> engineRows(Database &db, const std::string &rest,
                                               const Database::Parameters &values) {
    const auto rows = db.query(EngineSelect + rest, values);
    if (!rows) return fail(rows.error());
    std::vector<EngineInstance> all;
    all.reserve(rows->size());
    for (const SqlRow &row : *rows)
        all.push_back(engineOf(row));
    return all;
}

} // namespace

namespace enginerecords {

Result<std::vector<EngineInstance>> all(Database &db) {
    return engineRows(db, "ORDER BY agent_id, instance", {});
}

Result<std::vector<EngineInstance>> ofAgent(Database &db, const std::string &agentId) {
    return engineRows(db, "WHERE agent_id = ? ORDER BY instance", {agentId});
}

Result<std::vector<EngineInstance>> after(Database &db, const std::string &agentId, const std::string &name,
                                          std::int64_t limit) {
    return engineRows(db, "WHERE agent_id > ? OR (agent_id = ? AND instance > ?) ORDER BY agent_id, instance LIMIT ?",
                      {agentId, agentId, name, limit});
}

Result<std::int64_t> count(Database &db) {
    const auto rows = db.query("SELECT count(*) FROM engine_instance");
    if (!rows) return fail(rows.error());
    return rows->front().integer(0);
}

Result<void> put(Database &db, const EngineInstance &one) {
    const SqlValue cause = one.drift ? SqlValue(std::string(driftCauseWord(one.drift->cause))) : SqlValue(nullptr);
    const SqlValue since = one.drift ? SqlValue(toMs(one.drift->since)) : SqlValue(nullptr);
    const auto done = db.execute(
        "INSERT INTO engine_instance (agent_id, instance, address, boot_id, boot_since, acknowledged, acknowledged_at, "
        "refused, refusal, refused_at, converged, heard_at, sent_at, gone_at, drift_cause, drift_since) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (agent_id, instance) DO UPDATE SET "
        "address = excluded.address, boot_id = excluded.boot_id, boot_since = excluded.boot_since, "
        "acknowledged = excluded.acknowledged, acknowledged_at = excluded.acknowledged_at, refused = excluded.refused, "
        "refusal = excluded.refusal, refused_at = excluded.refused_at, converged = excluded.converged, "
        "heard_at = excluded.heard_at, sent_at = excluded.sent_at, gone_at = excluded.gone_at, "
        "drift_cause = excluded.drift_cause, drift_since = excluded.drift_since",
        {one.agentId, one.name, one.address, one.bootId, toMs(one.bootSince), one.acknowledged,
         engineValue(one.acknowledgedAt), engineValue(one.refused), one.refusal, engineValue(one.refusedAt),
         engineValue(one.converged), toMs(one.heardAt), toMs(one.sentAt), engineValue(one.goneAt), cause, since});
    if (!done) return fail(done.error());
    return {};
}

Result<void> remove(Database &db, const EngineInstance &instance) {
    const auto done = db.execute("DELETE FROM engine_instance WHERE agent_id = ? AND instance = ?",
                                 {instance.agentId, instance.name});
    if (!done) return fail(done.error());
    return {};
}

} // namespace enginerecords

// Of each log by its own index; a statement over all of them would read them whole.
Result<std::optional<RuleEpoch>> RuleEpochs::find(const char *where, std::int64_t epoch, bool last) {
    std::optional<RuleEpoch> found;
    for (const char *log : {"epoch, at FROM revision", "epoch, at FROM list_revision", "epoch, updated_at FROM key_index"}) {
        const auto rows = m_db.query(std::string("SELECT ") + log + where, {epoch});
        if (!rows) return fail(rows.error());
        if (rows->empty()) continue;
        const RuleEpoch one{rows->front().integer(0), instantFromMs(rows->front().integer(1))};
        if (!found || (last ? one.epoch > found->epoch : one.epoch < found->epoch)) found = one;
    }
    return found;
}

Result<std::optional<RuleEpoch>> RuleEpochs::newest() {
    return find(" WHERE epoch > ? ORDER BY epoch DESC LIMIT 1", 0, true);
}

Result<std::optional<RuleEpoch>> RuleEpochs::firstAfter(std::int64_t epoch) {
    if (const auto known = m_first.find(epoch); known != m_first.end()) return known->second;
    auto found = find(" WHERE epoch > ? ORDER BY epoch LIMIT 1", epoch, false);
    if (found) m_first.emplace(epoch, *found);
    return found;
}

// From one epoch to the next: one of an import has as many entries as that has rows.
Result<std::int64_t> RuleEpochs::countAfter(std::int64_t epoch) {
    if (const auto known = m_counts.find(epoch); known != m_counts.end()) return known->second;
    const auto rows = m_db.query(
        "WITH RECURSIVE step (epoch, number) AS (SELECT CAST(? AS BIGINT), 0 UNION ALL SELECT (SELECT min(next.epoch) "
        "FROM (SELECT min(epoch) AS epoch FROM revision WHERE revision.epoch > step.epoch UNION ALL "
        "SELECT min(epoch) FROM list_revision WHERE list_revision.epoch > step.epoch UNION ALL "
        "SELECT min(epoch) FROM key_index WHERE key_index.epoch > step.epoch) AS next), number + 1 FROM step "
        "WHERE step.epoch IS NOT NULL AND number < " + std::to_string(MostCounted) +
            ") SELECT count(epoch) - 1 FROM step",
        {epoch});
    if (!rows) return fail(rows.error());
    return m_counts[epoch] = rows->front().integer(0);
}

Result<MissedEpochs> RuleEpochs::missedBy(const EngineInstance &instance) {
    MissedEpochs missed;
    auto first = firstAfter(instance.acknowledged);
    if (!first) return fail(first.error());
    missed.unacknowledged = *first;
    if (!instance.converged) return missed;
    first = firstAfter(*instance.converged);
    if (!first) return fail(first.error());
    missed.unconverged = *first;
    return missed;
}

} // namespace crossfade
