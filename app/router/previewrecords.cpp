// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "app/router/previewrecords.h"

#include "app/service/crypto.h"
#include "models/routing/listsjson.h"
#include "models/routing/routingjson.h"

namespace crossfade::previewrecords {

namespace {

constexpr std::int64_t MostRecords = 1'000;
constexpr std::size_t ChunkBytes = 1 << 20;

std::string textOf(const SnapshotChange &change)
{
    if (const auto *rule = std::get_if<RuleChange>(&change))
        return "rule " + (rule->before ? ruleText(*rule->before) : std::string("-")) + " " +
               (rule->after ? ruleText(*rule->after) : std::string("-"));
    if (const auto *switches = std::get_if<Switches>(&change)) return "switches " + dumpJson(switchesToJson(*switches));
    if (const auto *policy = std::get_if<PolicyChange>(&change))
        return "policy " + policy->id + " " + (policy->after ? dumpJson(coverToJson(*policy->after)) : "-");
    if (const auto *group = std::get_if<GroupChange>(&change))
        return "group " + group->id + " " + (group->after ? dumpJson(groupCoverToJson(*group->after)) : "-");
    if (const auto *entry = std::get_if<GrayEntryChange>(&change))
        return "entry " + entry->list + " " + entry->id + (entry->listed ? " +" : " -");
    return "other";
}

} // namespace

Result<std::optional<std::string>> routingVersion(Database &db, const Snapshot &snapshot)
{
    const auto rows = db.query("SELECT (SELECT coalesce(max(epoch), 0) FROM revision), "
                               "(SELECT coalesce(max(epoch), 0) FROM list_revision), "
                               "(SELECT version FROM key_index)");
    if (!rows) return fail(rows.error());
    const std::int64_t newest = std::max(rows->front().integer(0), rows->front().integer(1));
    const std::int64_t keys = rows->front().integer(2);
    if (newest > snapshot.epoch() || keys != snapshot.keyIndex().version) return std::optional<std::string>();
    return std::optional(std::to_string(newest) + "-" + std::to_string(keys));
}

std::string fingerprintOf(const IdSet &users)
{
    std::string text = std::to_string(users.size()) + "\n";
    for (std::size_t i = 0; i < users.size(); ++i) {
        text += users.at(i);
        text += '\n';
        if (text.size() > ChunkBytes) text = sha256Hex(text);
    }
    return sha256Hex(text);
}

std::string fingerprintOf(const PreviewQuestion &question)
{
    std::string text = question.systemId + "\n";
    for (const SnapshotChange &change : question.changes)
        text += textOf(change) + "\n";
    return sha256Hex(text);
}

Result<void> store(Database &db, const PreviewRecord &record, Instant now)
{
    auto done = db.execute("INSERT INTO preview (id, at, expires_at, routing, users, question, body) "
                           "VALUES (?, ?, ?, ?, ?, ?, ?)",
                           {record.id, toMs(record.at), toMs(record.expiresAt), record.routing, record.users,
                            record.question, record.body});
    if (!done) return fail(done.error());
    auto forgotten = db.execute("DELETE FROM preview WHERE expires_at <= ? OR expires_at < "
                                "(SELECT expires_at FROM preview ORDER BY expires_at DESC LIMIT 1 OFFSET ?)",
                                {toMs(now), MostRecords});
    if (!forgotten) return fail(forgotten.error());
    return {};
}

Result<std::optional<PreviewRecord>> find(Database &db, const std::string &id, Instant now)
{
    const auto rows = db.query("SELECT id, at, expires_at, routing, users, question, body FROM preview "
                               "WHERE id = ? AND expires_at > ?",
                               {id, toMs(now)});
    if (!rows) return fail(rows.error());
    if (rows->empty()) return std::optional<PreviewRecord>();
    const SqlRow &row = rows->front();
    return std::optional(PreviewRecord{row.text(0), instantFromMs(row.integer(1)), instantFromMs(row.integer(2)),
                                       row.text(3), row.text(4), row.text(5), row.text(6)});
}

} // namespace crossfade::previewrecords
