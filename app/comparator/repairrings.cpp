// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Rows that are to exchange values which no two rows may have: none can be written before the others, so they are written
// in one transaction, all or none.
#include "app/comparator/repairattempt.h"

#include "app/comparator/setmember.h"
#include "app/service/crypto.h"
#include "app/service/killpoint.h"
#include "app/service/log.h"
#include "app/service/writerefusal.h"
#include "models/consistency/normalform.h"
#include "models/consistency/valuering.h"

#include <algorithm>
#include <set>

namespace crossfade {

namespace {

constexpr std::size_t MostOfARing = 128; // their rows are locked together
constexpr std::size_t ReadAtOnce = 128;
constexpr int MostTries = 3; // a value by chance in a narrow column may be somebody's
constexpr std::size_t RandomBytes = 16;

// The compared fields that may be what the database refuses. Of an index over an expression or over some rows the columns
// are not known: where no index is, it may be any of them.
std::vector<std::size_t> uniqueFields(const RepairRecord &repair, const std::vector<Column> &columns)
{
    std::vector<std::size_t> all;
    std::vector<std::size_t> unique;
    for (std::size_t i = 0; i < repair.sources.compared.size(); ++i) {
        const MappedField &field = repair.sources.compared[i];
        if (!repair.fields.empty() && std::ranges::find(repair.fields, field.name) == repair.fields.end()) continue;
        all.push_back(i);
        const auto column = std::ranges::find(columns, field.column(repair.plan.target), &Column::name);
        if (column != columns.end() && !column->unique.empty()) unique.push_back(i);
    }
    return unique.empty() ? all : unique;
}

ChangedRow changedRow(const RepairRecord &repair, const EntityPair &pair, const std::vector<Column> &columns)
{
    ChangedRow row;
    const Platform target = repair.plan.target;
    const Platform source = otherPlatform(target);
    if (!pair.side(target) || !pair.side(source)) return row;
    for (const std::size_t i : uniqueFields(repair, columns)) {
        const MappedField &field = repair.sources.compared[i];
        row.push_back({i, normalForm(field, target, pair.side(target)->row.cells[i]),
                       normalForm(field, source, pair.side(source)->row.cells[i])});
    }
    return row;
}

SqlParameter parameterOf(const Cell &value, FieldKind kind, SourceKind source)
{
    if (!value) return {value, 'n'};
    if (value->starts_with("\\x")) return {value, source == SourceKind::Postgres ? 't' : 'b'};
    return {value, kind == FieldKind::Integer && source == SourceKind::Sqlite ? 'i' : 't'};
}

} // namespace

// What rings there are among them now; a side that does not tell has none.
Result<void> RepairEngine::carryOutRings(const std::vector<RefusedRepair> &possible)
{
    Result<std::vector<RepairRecord>> repairs = recordsOf(possible);
    if (!repairs) return fail(repairs.error());
    if (repairs->empty()) return {};
    Result<std::vector<Ring>> rings = ringsOf(std::move(*repairs));
    if (!rings) {
        logWarning("repairs that may hold each other's values could not be looked at", {{"error", rings.error().message}});
        return {};
    }
    for (Ring &ring : *rings) {
        if (isStopping()) return {};
        if (Result<void> done = carryOutRing(std::move(ring)); !done) return done;
    }
    return {};
}

// Each of another entity; those that cannot be loaded end by themselves.
Result<std::vector<RepairRecord>> RepairEngine::recordsOf(const std::vector<RefusedRepair> &refused)
{
    std::vector<std::string> ids;
    for (const RefusedRepair &repair : refused)
        ids.push_back(repair.id);
    std::vector<RepairRecord> repairs;
    std::set<std::string> entities;
    const Result<void> read = m_context.store.read([&](Database &db) -> Result<void> {
        while (!ids.empty()) {
            Result<std::vector<RepairRecord>> some = loadTogether(db, ids);
            if (!some && (some.error().kind == ErrorKind::Unavailable || some.error().kind == ErrorKind::Cancelled))
                return fail(some.error());
            const std::size_t taken = some ? some->size() : 1;
            ids.erase(ids.begin(), ids.begin() + static_cast<std::ptrdiff_t>(taken));
            for (std::size_t i = 0; some && i < taken; ++i) {
                RepairRecord &repair = (*some)[i];
                if (repair.status == RepairStatus::Approved && entities.insert(repair.entityId).second)
                    repairs.push_back(std::move(repair));
            }
        }
        return {};
    });
    if (!read) return fail(read.error());
    return repairs;
}

// By the rows as they are now. One that has changed meanwhile and is of no ring ends by itself, and others may be written
// since.
Result<std::vector<RepairEngine::Ring>> RepairEngine::ringsOf(std::vector<RepairRecord> repairs)
{
    const RepairRecord &first = repairs.front();
    Result<EntityReader> reader = EntityReader::open(first.sources);
    if (!reader) return fail(reader.error());
    const Result<std::vector<Column>> columns =
        reader->source(first.plan.target).columns(reader->view(first.plan.target).table);
    if (!columns) return fail(columns.error());
    std::vector<ChangedRow> rows;
    std::set<std::size_t> changed;
    for (std::size_t begin = 0; begin < repairs.size(); begin += ReadAtOnce) {
        const std::size_t end = std::min(begin + ReadAtOnce, repairs.size());
        std::vector<std::string> keys;
        for (std::size_t i = begin; i < end; ++i)
            keys.push_back(repairs[i].entityId);
        const Result<std::map<std::string, EntityPair>> pairs = reader->read(keys);
        if (!pairs) return fail(pairs.error());
        for (std::size_t i = begin; i < end; ++i) {
            const EntityPair &pair = pairs->at(repairs[i].entityId);
            rows.push_back(changedRow(repairs[i], pair, *columns));
            if (!stillAsSeen(repairs[i], m_context.print, pair)) changed.insert(i);
        }
    }
    std::vector<Ring> rings;
    for (const ValueRing &found : valueRings(rows)) {
        for (const RingPlace &place : found)
            changed.erase(place.row);
        if (found.size() > MostOfARing) continue; // it fails as what others hold up
        Ring &ring = rings.emplace_back();
        for (const RingPlace &place : found) {
            ring.repairs.push_back(repairs[place.row]);
            ring.gives.push_back(place.gives);
        }
    }
    for (const std::size_t place : changed) {
        m_putOff.remove(repairs[place].id);
        m_putOff.wrote(first.sources.side(first.plan.target).location);
        m_next.push_back(repairs[place].id);
    }
    return rings;
}

Result<void> RepairEngine::carryOutRing(Ring ring)
{
    for (const RepairRecord &repair : ring.repairs)
        m_putOff.remove(repair.id);
    std::vector<RepairRecord> repairs = ring.repairs;
    if (Result<void> begun = begin(repairs); !begun) return begun;
    std::vector<Attempt> attempts;
    for (const RepairRecord &repair : repairs) {
        killPoint("repair.before-execute");
        attempts.push_back({&repair});
    }
    if (repairs.size() < ring.repairs.size()) { // somebody has taken one back
        for (Attempt &one : attempts) {
            one.outcome = Outcome{RepairCommand::Recover, "what it waits for was taken back", nullptr};
            one.outcome->putOff = RefusedBy::Unique;
        }
        return end(repairs, outcomesOf(attempts, {}));
    }
    const Result<void> done = attemptRing(ring, attempts);
    return end(repairs, outcomesOf(attempts, done));
}

// An error is that of all that have no outcome.
Result<void> RepairEngine::attemptRing(const Ring &ring, std::vector<Attempt> &attempts)
{
    const RepairRecord &first = *attempts.front().repair;
    Result<EntityReader> reader = EntityReader::open(first.sources);
    if (!reader) return fail(reader.error());
    std::vector<std::string> keys;
    std::vector<Attempt *> writing;
    for (Attempt &one : attempts) {
        keys.push_back(one.repair->entityId);
        writing.push_back(&one);
    }
    Result<std::map<std::string, EntityPair>> pairs = reader->read(keys);
    if (!pairs) return fail(pairs.error());
    for (Attempt &one : attempts) {
        one.pair = std::move((*pairs)[one.repair->entityId]);
        decide(one, *reader);
    }
    if (std::ranges::any_of(attempts, [](const Attempt &one) { return one.outcome.has_value(); })) {
        for (Attempt &one : attempts) {
            if (!one.outcome)
                one.outcome = Outcome{RepairCommand::Outdate, "a row that it exchanges values with no longer holds what was "
                                                              "seen; nothing was written",
                                      verification(*one.repair, one.pair)};
        }
        return {};
    }
    const Result<SourceLoan> target = lendSource(first.sources.side(first.plan.target), Access::Write);
    if (!target) return fail(target.error());
    if (Result<void> kept = (*target)->keepForeignKeys(); !kept) return kept;
    if (Result<void> kept = keepImages(writing); !kept) return kept;
    if (Result<void> written = writeRing(**target, ring, attempts, taking(attempts)); !written) {
        if (written.error().kind == ErrorKind::Unavailable) claimWritten(writing);
        return written;
    }
    for (std::size_t i = 0; i < writing.size(); ++i)
        killPoint("repair.after-execute");
    std::erase_if(writing, [](const Attempt *one) { return one->outcome.has_value(); });
    verify(*reader, writing);
    return {};
}

// `taking`: of each what writes what it is to have.
Result<void> RepairEngine::writeRing(Source &target, const Ring &ring, std::vector<Attempt> &attempts,
                                     const std::vector<RowWrite> &taking)
{
    const TableView view = tableView(attempts.front().repair->sources.mapping, attempts.front().repair->plan.target);
    for (int left = MostTries; left > 0; --left) {
        const Result<std::vector<RowWrite>> given = giving(target, ring, attempts);
        if (!given) return fail(given.error());
        Result<std::vector<WrittenRow>> rows =
            target.writeInTurn(view, *given, taking, [this] { return m_context.stillLeads(); });
        if (!rows && rows.error().code == writerefusal::Unique && left > 1) continue;
        if (!rows && rows.error().kind != ErrorKind::Stale) return fail(rows.error());
        for (std::size_t i = 0; i < attempts.size(); ++i) {
            Attempt &one = attempts[i];
            if (rows) one.written = std::move((*rows)[i]);
            else one.outcome = Outcome{RepairCommand::Outdate, "a row that it exchanges values with had changed in the last "
                                                               "moment; nothing was written",
                                       verification(*one.repair, one.pair)};
        }
        break;
    }
    return {};
}

// First each gives up what others want,
Result<std::vector<RowWrite>> RepairEngine::giving(Source &target, const Ring &ring,
                                                   const std::vector<Attempt> &attempts) const
{
    const RepairRecord &first = *attempts.front().repair;
    const Platform side = first.plan.target;
    const Result<std::vector<Column>> columns = target.columns(tableView(first.sources.mapping, side).table);
    if (!columns) return fail(columns.error());
    std::vector<RowWrite> writes;
    for (std::size_t i = 0; i < attempts.size(); ++i) {
        const RepairRecord &repair = *attempts[i].repair;
        std::vector<ColumnValue> meanwhile;
        for (const std::size_t place : ring.gives[i]) {
            const MappedField &field = repair.sources.compared[place];
            const auto column = std::ranges::find(*columns, field.column(side), &Column::name);
            const auto value = column == columns->end() ? std::nullopt
                                                        : valueMeanwhile(*column, field.kind, randomBytes(RandomBytes));
            if (!value)
                return fail(ErrorKind::Conflict, field.name + ": rows are to exchange its values, and no value is known that "
                                                              "its column can hold meanwhile");
            meanwhile.push_back({field.column(side), parameterOf(*value, field.kind, repair.sources.side(side).kind), nullptr});
        }
        writes.push_back({repair.entityId, givingStatement(repair, m_context.print, attempts[i].pair, meanwhile).statement});
    }
    return writes;
}

// then each takes what it is to have.
std::vector<RowWrite> RepairEngine::taking(const std::vector<Attempt> &attempts) const
{
    std::vector<RowWrite> writes;
    for (const Attempt &one : attempts)
        writes.push_back({one.repair->entityId, takingStatement(*one.repair, m_context.print, one.pair).statement});
    return writes;
}

} // namespace crossfade
