// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
// How a sync finds by the change column of a side what has changed there.
#include "app/comparator/syncfollower.h"

#include "models/sync/changemark.h"

#include <algorithm>
#include <span>

namespace crossfade {

namespace {

constexpr std::size_t MostRowsAhead = 20'000; // of changed ones, and as many bytes of them
constexpr std::size_t MostBytesAhead = 8 << 20;
constexpr std::size_t MostNearSeen = 100'000; // then all are looked at once more

// How many changed rows to ask for, after these: where the change column has no index each question reads the table.
std::size_t rowsAhead(const std::vector<SourceRow> &rows, std::size_t least)
{
    std::size_t bytes = rows.size(); // never 0
    for (const SourceRow &row : rows) {
        for (const Cell &cell : row.row.cells)
            bytes += sizeof(Cell) + (cell ? cell->size() : 0);
    }
    return std::clamp(MostBytesAhead / (bytes / rows.size() + 1), least, std::max(least, MostRowsAhead));
}

} // namespace

Result<void> SyncFollower::poll(Platform side)
{
    const Result<SyncLink *> link = this->link(0);
    if (!link) return fail(link.error());
    SideCounts counts;
    std::optional<ChangePlace> from = m_record.mark(side);
    if (from) from->value = earlierMark(from->value, std::chrono::seconds(m_record.config.overlapSeconds));
    const auto batch = static_cast<std::size_t>(m_record.config.batchSize);
    std::size_t limit = batch;
    std::optional<ChangePlace> last;
    for (;;) {
        if (Result<void> none = goesOn(); !none) return none;
        const Result<std::vector<SourceRow>> rows =
            (*link)->source(side).changedSince((*link)->view(side), from, static_cast<int>(limit));
        if (!rows) return fail(rows.error());
        for (std::size_t begin = 0; begin < rows->size(); begin += batch) {
            const std::span page = std::span(*rows).subspan(begin, std::min(batch, rows->size() - begin));
            if (Result<void> done = pollPage(side, page, counts); !done) return done;
        }
        if (!rows->empty()) {
            const SourceRow &row = rows->back();
            last = from = ChangePlace{row.row.changed.value_or(""), row.storage.back(), row.row.key};
        }
        if (rows->size() < limit) break;
        limit = rowsAhead(*rows, batch);
    }
    if (!last || (m_record.mark(side) && m_record.mark(side)->value == last->value)) return {};
    const Result<Json> stored = write([&](WriteTransaction &tx) -> Result<Json> {
        if (Result<void> noted = storeMark(tx.db(), m_record, side, last); !noted) return fail(noted.error());
        return Json();
    });
    return stored ? Result<void>() : fail(stored.error());
}

// Of these rows those that no longer hold what is remembered of them: what the sync wrote itself is remembered.
Result<void> SyncFollower::pollPage(Platform side, std::span<const SourceRow> rows, SideCounts &counts)
{
    std::vector<std::string> keys;
    for (const SourceRow &row : rows)
        keys.push_back(row.row.key);
    SyncBases bases;
    const Result<void> read = m_context.store.read([&](Database &db) -> Result<void> {
        Result<SyncBases> known = loadBases(db, m_id, m_plan.keyKind(), keys);
        if (!known) return fail(known.error());
        bases = std::move(*known);
        return {};
    });
    if (!read) return read;
    std::vector<std::string> changed;
    std::map<std::string, std::string> &nearSeen = m_nearSeen[side == Platform::Legacy ? 0 : 1];
    std::map<std::string, std::string> looks;
    const bool tolerant =
        std::ranges::any_of(m_plan.sources.compared, [](const MappedField &field) { return field.tolerance.has_value(); });
    if (nearSeen.size() > MostNearSeen) nearSeen.clear();
    const MassLimits &limits = m_record.config.limits;
    for (const SourceRow &row : rows) {
        const auto base = bases.find(row.row.key);
        const Held held = base == bases.end() ? Held() : side == Platform::Legacy ? base->second.legacy : base->second.fresh;
        const Held now = m_plan.heldOf(&row.row, side);
        if (held == now) continue;
        // What is within its tolerance stays unlike what is remembered; the same again is no news of this side.
        if (tolerant && base != bases.end()) {
            std::string look = m_plan.seenOf(base->second.legacy, base->second.fresh) + m_plan.seenOf(now, std::nullopt);
            if (const auto seen = nearSeen.find(row.row.key); seen != nearSeen.end() && seen->second == look) continue;
            looks[row.row.key] = std::move(look);
        }
        changed.push_back(row.row.key);
        if (held) ++counts.changed;
    }
    // How many are in step is counted only once it matters: it takes a look at all that is remembered.
    if (m_record.passWish < 2 && counts.changed > limits.leastChanges) {
        const Result<void> counted = m_context.store.read([&](Database &db) -> Result<void> {
            const Result<KnownRows> known = countBases(db, m_id);
            if (!known) return fail(known.error());
            counts.known = side == Platform::Legacy ? known->legacy : known->fresh;
            return {};
        });
        if (!counted) return counted;
        if (Result<void> stopped = stopFor(massChange(side, counts, limits)); !stopped) return stopped;
    }
    if (changed.empty()) return {};
    if (Result<void> done = work(changed, {}, {}, true); !done) return done;
    for (auto &[key, look] : looks) {
        if (m_resting.contains(key)) nearSeen[key] = std::move(look);
    }
    return {};
}

} // namespace crossfade
