// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/router/agentclock.h"

#include "app/router/agentslots.h"
#include "app/router/alertrecords.h"

#include <cmath>
#include <cstdio>

namespace crossfade::agentclock {

namespace {

constexpr Milliseconds AlertBeyond{1'000};
constexpr Milliseconds GoodBelow{500};

Level levelIn(std::int64_t number) {
    return number == 2 ? Level::Stale : number == 1 ? Level::Off : Level::Good;
}

AlertDraft draftOf(const std::string &agentId, Milliseconds offset, Level level) {
    char text[160];
    std::snprintf(text, sizeof text, " is %.1f s %s of the database's%s",
                  std::abs(static_cast<double>(offset.count())) / 1'000,
                  offset > Milliseconds(0) ? "ahead" : "behind",
                  level == Level::Stale ? ": what it measures is stale, and no guard passes on it" : "");
    AlertDraft draft;
    draft.type = "CLOCK_OFFSET";
    draft.severity = level == Level::Stale ? "HIGH" : "MEDIUM";
    draft.message = "the clock of agent " + agentId + text;
    draft.details = {{"offset_ms", offset.count()}};
    draft.subjectType = "agent";
    draft.subjectId = agentId;
    draft.dedupeKey = "agent:" + agentId + ":" + draft.type;
    return draft;
}

} // namespace

Level levelOf(Milliseconds offset, Level before) {
    const Milliseconds off = offset < Milliseconds(0) ? -offset : offset;
    if (AgentSlots::isStale(offset)) return Level::Stale;
    if (off > AlertBeyond) return Level::Off;
    return before != Level::Good && off >= GoodBelow ? Level::Off : Level::Good;
}

Result<void> note(WriteTransaction &tx, const std::string &agentId, const std::string &bootId, Milliseconds offset) {
    const auto known = tx.db().query("SELECT level FROM agent_clock WHERE agent_id = ?", {agentId});
    if (!known) return fail(known.error());
    const Level before = known->empty() ? Level::Good : levelIn(known->front().integer(0));
    const Level level = levelOf(offset, before);
    const auto kept = tx.db().execute(
        "INSERT INTO agent_clock (agent_id, boot_id, seen_at, offset_ms, level) VALUES (?, ?, ?, ?, ?) "
        "ON CONFLICT (agent_id) DO UPDATE SET boot_id = excluded.boot_id, seen_at = excluded.seen_at, "
        "offset_ms = excluded.offset_ms, level = excluded.level",
        {agentId, bootId, toMs(tx.now()), static_cast<std::int64_t>(offset.count()), static_cast<std::int64_t>(level)});
    if (!kept) return fail(kept.error());
    if (level == before) return {};
    const AlertDraft draft = draftOf(agentId, offset, level);
    return level == Level::Good ? alertrecords::settle(tx, draft.dedupeKey) : alertrecords::raise(tx, draft);
}

} // namespace crossfade::agentclock
