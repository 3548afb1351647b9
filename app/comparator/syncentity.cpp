// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/comparator/syncentity.h"

#include "app/service/killpoint.h"
#include "models/consistency/normalform.h"

#include <algorithm>
#include <set>

namespace crossfade {

namespace {

constexpr std::size_t RowsAtOnce = 500;
constexpr int MostLooks = 4; // at an entity that keeps changing under our hands
constexpr std::size_t LongestShown = 400;

// An entity in work.
struct EntityWork {
    std::string key;
    std::optional<SourceRow> legacy;
    std::optional<SourceRow> fresh;
    MergeEntity entity;
    MergeChoices choices;
    Merged merged;
    EntityResult result;
    SyncBase known;  // what is remembered, with what this work has learnt by its own writes
    SyncBase stored; // as far as it is stored
    std::set<Platform> written; // in this look
    bool stale = false;
    bool done = false;

    const std::optional<SourceRow> &row(Platform side) const { return side == Platform::Legacy ? legacy : fresh; }
    std::optional<SourceRow> &row(Platform side) { return side == Platform::Legacy ? legacy : fresh; }
};

bool isOfTheSide(const Error &error)
{
    return error.kind == ErrorKind::Unavailable || error.kind == ErrorKind::Cancelled;
}

Error ofSide(Platform side, Error error)
{
    error.message = std::string(platformWord(side)) + ": " + error.message;
    return error;
}

std::optional<TimestampForm> rowChangedAt(const std::optional<SourceRow> &row)
{
    return row && row->row.changed ? parseTimestamp(*row->row.changed) : std::nullopt;
}

class EntitySync {
public:
    EntitySync(const SyncPlan &plan, SyncLink &link, const SyncBases &bases, const SyncTasks &tasks,
               const SyncGuard &guard)
        : m_plan(plan)
        , m_link(link)
        , m_bases(bases)
        , m_tasks(tasks)
        , m_guard(guard)
    {
    }

    Result<std::vector<EntityResult>> run(const std::vector<std::string> &keys)
    {
        std::vector<EntityWork> works;
        works.reserve(keys.size());
        for (const std::string &key : keys) {
            EntityWork &work = works.emplace_back();
            work.key = work.result.key = key;
            work.result.startedAt = m_plan.environment->now();
            if (const auto base = m_bases.find(key); base != m_bases.end()) work.known = work.stored = base->second;
        }
        for (int look = 0; look < MostLooks; ++look) {
            std::vector<EntityWork *> open;
            for (EntityWork &work : works) {
                if (!work.done) open.push_back(&work);
            }
            if (open.empty()) break;
            if (Result<void> looked = round(open); !looked) return fail(looked.error());
        }
        std::vector<EntityResult> results;
        for (EntityWork &work : works) {
            if (!work.done) failed(work, "the entity keeps changing while it is synced");
            results.push_back(std::move(work.result));
        }
        return results;
    }

private:
    Result<void> round(const std::vector<EntityWork *> &open)
    {
        for (const Platform side : {Platform::Legacy, Platform::New}) {
            if (Result<void> done = read(open, side); !done) return done;
        }
        for (EntityWork *work : open)
            decide(*work);
        if (Result<void> intended = intend(open); !intended) return intended;
        for (const Platform side : {Platform::New, Platform::Legacy}) {
            std::vector<EntityWork *> writing;
            for (EntityWork *work : open) {
                const bool writes = work->merged.write(side).verb != WriteVerb::None;
                if (!work->done && !work->stale && writes) writing.push_back(work);
            }
            for (std::size_t begin = 0; begin < writing.size(); begin += RowsAtOnce) {
                const std::size_t end = std::min(writing.size(), begin + RowsAtOnce);
                if (Result<void> done = write({writing.begin() + static_cast<std::ptrdiff_t>(begin),
                                               writing.begin() + static_cast<std::ptrdiff_t>(end)},
                                              side);
                    !done)
                    return done;
            }
        }
        for (EntityWork *work : open) {
            if (!work->done && !work->stale) finish(*work, EntityResult::Kind::Synced);
        }
        return {};
    }

    // Before the first write: of a write that nobody remembers it is known then what it was to come to.
    // It takes the place of what an earlier look intended: what that one taught is stored with it.
    Result<void> intend(const std::vector<EntityWork *> &open)
    {
        std::vector<IntendedWrite> writes;
        std::vector<EntityWork *> taught;
        for (EntityWork *work : open) {
            if (work->done || work->merged.writesNothing()) continue;
            IntendedWrite &write =
                writes.emplace_back(work->key, intentOf(work->entity, work->merged, work->choices));
            if (work->known == work->stored) continue;
            write.learnt = work->known;
            taught.push_back(work);
        }
        if (writes.empty()) return {};
        if (Result<void> stored = m_guard.intend(writes); !stored) return stored;
        for (EntityWork *work : taught)
            work->stored = work->known;
        return {};
    }

    Result<void> read(const std::vector<EntityWork *> &open, Platform side)
    {
        std::map<std::string, EntityWork *> byKey;
        for (EntityWork *work : open) {
            byKey[work->key] = work;
            work->row(side).reset();
            work->stale = false;
            work->written.clear();
        }
        std::vector<std::string> keys;
        for (auto at = byKey.begin(); at != byKey.end();) {
            keys.clear();
            for (; at != byKey.end() && keys.size() < RowsAtOnce; ++at)
                keys.push_back(at->first);
            Result<std::vector<SourceRow>> rows = m_link.source(side).fetch(m_link.view(side), keys);
            if (!rows) return fail(ofSide(side, rows.error()));
            for (SourceRow &row : *rows) {
                const auto found = byKey.find(row.row.key);
                if (found != byKey.end()) found->second->row(side) = std::move(row);
            }
        }
        return {};
    }

    void decide(EntityWork &work)
    {
        work.entity = {work.known.legacy,
                       work.known.fresh,
                       m_plan.heldOf(work.legacy ? &work.legacy->row : nullptr, Platform::Legacy),
                       m_plan.heldOf(work.fresh ? &work.fresh->row : nullptr, Platform::New),
                       rowChangedAt(work.legacy),
                       rowChangedAt(work.fresh),
                       m_plan.nearOf(work.legacy ? &work.legacy->row : nullptr, work.fresh ? &work.fresh->row : nullptr)};
        work.result.near = !work.entity.near.empty();
        work.result.seen.clear();
        const auto task = m_tasks.find(work.key);
        if (task != m_tasks.end()) {
            const bool untouched = task->second.seen == m_plan.seenOf(work.entity.legacy, work.entity.fresh);
            if (untouched && !task->second.demanded && task->second.state != "RETRYING") {
                work.result.kind = EntityResult::Kind::Left;
                remember(work, work.known);
                work.done = true;
                return;
            }
            work.choices = m_plan.choicesOf(task->second.edit);
        }
        work.merged = mergeEntity(work.entity, m_plan.rules, work.choices);
        if (work.merged.manual) return conflict(work);
        if (const std::optional<std::string> problem = unwritable(work)) return failed(work, *problem);
        if (work.merged.writesNothing()) finish(work, EntityResult::Kind::InStep);
    }

    // Why what is to be written cannot be, before anything of the entity is: a value that none of that side stands for.
    std::optional<std::string> unwritable(const EntityWork &work) const
    {
        for (const Platform side : {Platform::New, Platform::Legacy}) {
            const SideWrite &write = work.merged.write(side);
            if (write.verb != WriteVerb::Insert && write.verb != WriteVerb::Update) continue;
            for (std::size_t i = 0; i < m_plan.sources.compared.size(); ++i) {
                const auto field = std::ranges::find(write.fields, i, &FieldWrite::field);
                if (write.verb == WriteVerb::Update && field == write.fields.end()) continue;
                const auto choice = work.choices.fields.find(i);
                const bool own = write.verb == WriteVerb::Update ? field->literal
                                                                 : choice != work.choices.fields.end() && !choice->second.take;
                const Platform from = own ? Platform::New : otherPlatform(side);
                const Cell &value = own ? choice->second.value : work.row(otherPlatform(side))->row.cells[i];
                if (side == from || writtenFor(m_plan.sources.compared[i], from, value)) continue;
                return noValueFor(m_plan.sources.compared[i], side, shown(m_plan.sources.compared[i], value, from));
            }
        }
        return std::nullopt;
    }

    void conflict(EntityWork &work)
    {
        std::string fields;
        for (const MergeConflict &found : work.merged.conflicts) {
            if (found.winner) continue;
            fields += fields.empty() ? "" : ", ";
            fields += found.field ? m_plan.sources.compared[*found.field].name : "the row (deleted and changed)";
            if (found.field) work.result.conflictFields.push_back(m_plan.sources.compared[*found.field].name);
        }
        if (!work.legacy || !work.fresh)
            work.result.type = work.legacy ? DifferenceType::Missing : DifferenceType::Extra;
        work.result.error = "both sides changed " + fields;
        work.result.payload = payload(work);
        remember(work, work.known);
        end(work, EntityResult::Kind::Conflict);
    }

    void finish(EntityWork &work, EntityResult::Kind kind)
    {
        remember(work, baseAfter(work, work.merged));
        end(work, kind);
    }
    SyncBase baseAfter(const EntityWork &work, const Merged &merged) const
    {
        return {rememberedAfter(work.entity, merged, Platform::Legacy, now(work, Platform::Legacy)),
                rememberedAfter(work.entity, merged, Platform::New, now(work, Platform::New))};
    }
    void remember(EntityWork &work, SyncBase base)
    {
        work.result.base = std::move(base);
        work.result.remember = work.result.base != work.stored;
    }
    // One side is written and the other one will not be by this: what the first one holds now is of the sync's own
    // making. Taken for a change of that side, it would later be held against what people change on the other.
    void learn(EntityWork &work)
    {
        if (work.written.empty()) return;
        work.known = baseAfter(work, carriedOut(work.merged, work.written.contains(Platform::Legacy),
                                                work.written.contains(Platform::New)));
        work.result.seen = m_plan.seenOf(now(work, Platform::Legacy), now(work, Platform::New));
    }
    Held now(const EntityWork &work, Platform side) const
    {
        return m_plan.heldOf(work.row(side) ? &work.row(side)->row : nullptr, side);
    }
    void failed(EntityWork &work, std::string error)
    {
        learn(work);
        remember(work, work.known);
        work.result.error = std::move(error);
        work.result.payload = payload(work);
        end(work, EntityResult::Kind::Failed);
    }
    void end(EntityWork &work, EntityResult::Kind kind)
    {
        work.result.kind = kind;
        const bool open = kind == EntityResult::Kind::Failed || kind == EntityResult::Kind::Conflict;
        if (open && work.result.seen.empty()) work.result.seen = m_plan.seenOf(work.entity.legacy, work.entity.fresh);
        for (const Platform side : {Platform::Legacy, Platform::New}) {
            const WriteVerb verb = work.merged.write(side).verb;
            if (verb == WriteVerb::None) continue;
            std::string &action = work.result.action;
            action = (action == "NONE" ? "" : action + ", ") + std::string(writeVerbWord(verb)) + " " +
                     std::string(platformWord(side));
        }
        work.result.endedAt = m_plan.environment->now();
        work.done = true;
    }

    // Both sides of what differs, as people may see it.
    Json payload(const EntityWork &work) const
    {
        Json legacy = work.legacy ? Json::object() : Json();
        Json fresh = work.fresh ? Json::object() : Json();
        Json fields = Json::array();
        for (std::size_t i = 0; i < m_plan.sources.compared.size(); ++i) {
            if (work.entity.legacy && work.entity.fresh &&
                ((*work.entity.legacy)[i] == (*work.entity.fresh)[i] || work.entity.near.contains(i)))
                continue;
            const MappedField &field = m_plan.sources.compared[i];
            fields.push_back(field.name);
            if (work.legacy) legacy[field.name] = shown(field, work.legacy->row.cells[i], Platform::Legacy);
            if (work.fresh) fresh[field.name] = shown(field, work.fresh->row.cells[i], Platform::New);
        }
        return {{"legacy", std::move(legacy)}, {"new", std::move(fresh)}, {"fields", std::move(fields)}};
    }
    Json shown(const MappedField &field, const Cell &cell, Platform side) const
    {
        Json json = m_plan.print.shown(field, cell, side);
        if (!json.is_string() || json.get_ref<const std::string &>().size() <= LongestShown) return json;
        return json.get<std::string>().substr(0, LongestShown) + "…"; // a character cut in two is mended when written
    }

    // The statements of this side in one transaction; where one is refused, each in its own, so that it alone fails.
    Result<void> write(const std::vector<EntityWork *> &works, Platform side)
    {
        std::vector<RowWrite> writes;
        for (const EntityWork *work : works)
            writes.push_back({work->key, statement(*work, side)});
        killPoint("sync.before-write");
        Result<std::vector<WrittenRow>> rows = m_link.source(side).write(m_link.view(side), writes, m_guard.mayCommit);
        if (!rows && isOfTheSide(rows.error())) return fail(ofSide(side, rows.error()));
        if (!rows && works.size() == 1) {
            failed(*works.front(), ofSide(side, rows.error()).message);
            return {};
        }
        if (!rows) {
            for (EntityWork *work : works) {
                if (Result<void> one = write({work}, side); !one) return one;
            }
            return {};
        }
        killPoint("sync.after-write");
        for (std::size_t i = 0; i < works.size(); ++i) {
            works[i]->stale = (*rows)[i].changed == 0;
            if (works[i]->stale) {
                learn(*works[i]);
                continue;
            }
            works[i]->row(side) = std::move((*rows)[i].now);
            works[i]->written.insert(side);
        }
        return {};
    }

    SqlStatement statement(const EntityWork &work, Platform side) const
    {
        const SideWrite &write = work.merged.write(side);
        const SourceKind kind = m_plan.sources.side(side).kind;
        const TableView &view = m_link.view(side);
        switch (write.verb) {
        case WriteVerb::Insert:
            return insertStatement(kind, view, work.key, inserted(work, side)).statement;
        case WriteVerb::Delete:
            return deleteStatement(kind, view, work.key, seen(work, side)).statement;
        case WriteVerb::Update:
        case WriteVerb::None:
            break;
        }
        std::vector<ColumnValue> sets;
        for (const FieldWrite &field : write.fields)
            sets.push_back(field.literal ? literal(work, side, field.field) : copied(work, side, field.field));
        return updateStatement(kind, view, work.key, sets, seen(work, side)).statement;
    }

    std::vector<ColumnValue> inserted(const EntityWork &work, Platform side) const
    {
        std::vector<ColumnValue> values;
        for (std::size_t i = 0; i < m_plan.sources.compared.size(); ++i) {
            const auto choice = work.choices.fields.find(i);
            const bool own = choice != work.choices.fields.end() && !choice->second.take;
            values.push_back(own ? literal(work, side, i) : copied(work, side, i));
        }
        // A new row says when it changed as the one it comes from does, if no field of its own says it: by that
        // column its later changes are found.
        const std::optional<std::string> &column = m_link.view(side).changedColumn;
        const SourceRow &from = *work.row(otherPlatform(side));
        if (!column || !from.row.changed || std::ranges::find(values, *column, &ColumnValue::column) != values.end())
            return values;
        const SourceKind kind = m_plan.sources.side(otherPlatform(side)).kind;
        values.push_back({*column, changeTime(*from.row.changed, kind, m_plan.sources.side(side).kind), nullptr});
        return values;
    }

    ColumnValue copied(const EntityWork &work, Platform side, std::size_t i) const
    {
        const Platform other = otherPlatform(side);
        const MappedField &field = m_plan.sources.compared[i];
        const SourceRow &from = *work.row(other);
        return {field.column(side),
                carried(field, other, from.row.cells[i], from.storage[i], m_plan.sources.side(other).kind,
                        m_plan.sources.side(side).kind),
                nullptr};
    }
    // As NEW spells it, on both sides.
    ColumnValue literal(const EntityWork &work, Platform side, std::size_t i) const
    {
        const MappedField &field = m_plan.sources.compared[i];
        const Cell &value = work.choices.fields.at(i).value;
        const SourceKind kind = m_plan.sources.side(side).kind;
        return {field.column(side),
                side == Platform::New ? converted(field, value, 't', SourceKind::Postgres, kind)
                                      : carried(field, Platform::New, value, 't', SourceKind::Postgres, kind),
                nullptr};
    }
    std::vector<ColumnValue> seen(const EntityWork &work, Platform side) const
    {
        std::vector<ColumnValue> values;
        const SourceRow &row = *work.row(side);
        for (std::size_t i = 0; i < m_plan.sources.compared.size(); ++i)
            values.push_back({m_plan.sources.compared[i].column(side), {row.row.cells[i], row.storage[i]}, nullptr});
        return values;
    }

    const SyncPlan &m_plan;
    SyncLink &m_link;
    const SyncBases &m_bases;
    const SyncTasks &m_tasks;
    const SyncGuard &m_guard;
};

} // namespace

Result<std::vector<EntityResult>> syncEntities(const SyncPlan &plan, SyncLink &link,
                                               const std::vector<std::string> &keys, const SyncBases &bases,
                                               const SyncTasks &tasks, const SyncGuard &guard)
{
    return EntitySync(plan, link, bases, tasks, guard).run(keys);
}

} // namespace crossfade
