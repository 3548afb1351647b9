// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/sync/threeway.h"

#include <cstdlib>

namespace crossfade {

namespace {

// Microseconds since 1970: finer than any clock skew that is asked for.
std::int64_t microseconds(const TimestampForm &form)
{
    std::string digits = form.fraction.substr(0, 6);
    digits.resize(6, '0');
    return form.seconds * 1'000'000 + std::atoll(digits.c_str());
}

std::optional<Platform> newer(const MergeEntity &entity, std::chrono::milliseconds skew)
{
    if (!entity.legacyChanged || !entity.newChanged) return std::nullopt;
    const std::int64_t apart = microseconds(*entity.legacyChanged) - microseconds(*entity.newChanged);
    if (std::abs(apart) <= std::chrono::microseconds(skew).count()) return std::nullopt;
    return apart > 0 ? Platform::Legacy : Platform::New;
}

std::optional<Platform> winnerOf(const MergeEntity &entity, const MergeRules &rules, std::size_t field)
{
    switch (rules.policy) {
    case ConflictPolicy::Newer:
        return newer(entity, rules.clockSkew);
    case ConflictPolicy::Legacy:
        return Platform::Legacy;
    case ConflictPolicy::New:
        return Platform::New;
    case ConflictPolicy::FieldOwner:
        return field < rules.owners.size() ? rules.owners[field] : rules.rowOwner;
    case ConflictPolicy::Manual:
        break;
    }
    return std::nullopt;
}

class Merging {
public:
    Merging(const MergeEntity &entity, const MergeRules &rules, const MergeChoices &choices)
        : m_entity(entity)
        , m_rules(rules)
        , m_choices(choices)
    {
    }

    Merged result()
    {
        if (m_entity.legacy && m_entity.fresh)
            fields();
        else if (m_entity.legacy)
            rowOn(Platform::Legacy);
        else if (m_entity.fresh)
            rowOn(Platform::New);
        if (m_merged.manual) {
            m_merged.legacy = m_merged.fresh = {};
            m_merged.settleLegacy.assign(m_merged.settleLegacy.size(), false);
            m_merged.settleNew.assign(m_merged.settleNew.size(), false);
        }
        return std::move(m_merged);
    }

private:
    SideWrite &write(Platform side) { return side == Platform::Legacy ? m_merged.legacy : m_merged.fresh; }
    std::vector<bool> &settle(Platform side)
    {
        return side == Platform::Legacy ? m_merged.settleLegacy : m_merged.settleNew;
    }
    bool mayWrite(Platform side, WriteVerb verb) const
    {
        if (!m_rules.writes(side)) return false;
        if (m_rules.appendOnly) return verb == WriteVerb::Insert;
        return verb != WriteVerb::Delete || m_rules.deletes;
    }
    bool changed(Platform side, std::size_t field) const
    {
        const Held &base = m_entity.base(side);
        return !base || field >= base->size() || (*base)[field] != (*m_entity.now(side))[field];
    }

    bool isKnown(Platform side, std::size_t field) const
    {
        const Held &base = m_entity.base(side);
        return base && field < base->size() && (*base)[field] != NeverHeld;
    }

    void fields()
    {
        const std::size_t count = m_entity.legacy->size();
        m_merged.settleLegacy.assign(count, false);
        m_merged.settleNew.assign(count, false);
        if (m_rules.appendOnly) return settleRow();
        for (std::size_t i = 0; i < count; ++i)
            field(i);
    }

    void field(std::size_t i)
    {
        const auto choice = m_choices.fields.find(i);
        if (choice != m_choices.fields.end() && !choice->second.take) return literal(i, choice->second);
        if ((*m_entity.legacy)[i] == (*m_entity.fresh)[i]) {
            m_merged.settleLegacy[i] = m_merged.settleNew[i] = true;
            return;
        }
        if (m_entity.near.contains(i)) {
            for (const Platform side : {Platform::Legacy, Platform::New})
                settle(side)[i] = !isKnown(side, i);
            return;
        }
        if (choice != m_choices.fields.end()) return copy(*choice->second.take, i);
        if (m_choices.row) return copy(*m_choices.row, i);
        const bool legacy = changed(Platform::Legacy, i);
        const bool fresh = changed(Platform::New, i);
        if (legacy && fresh) return conflict(i);
        if (legacy) copy(Platform::Legacy, i);
        if (fresh) copy(Platform::New, i);
    }

    void literal(std::size_t i, const FieldChoice &choice)
    {
        for (const Platform side : {Platform::Legacy, Platform::New}) {
            if ((*m_entity.now(side))[i] != choice.held) update(side, {i, true});
            settle(side)[i] = true;
        }
    }

    void conflict(std::size_t i)
    {
        const std::optional<Platform> winner = winnerOf(m_entity, m_rules, i);
        m_merged.conflicts.push_back({i, winner});
        if (winner)
            copy(*winner, i);
        else
            m_merged.manual = true;
    }

    // The field of that side to the other one. Where the other side may not be written (one way), it stays as it is
    // and is done with; the change here is not agreed upon and stays a change.
    void copy(Platform from, std::size_t i)
    {
        const Platform to = otherPlatform(from);
        settle(to)[i] = true;
        settle(from)[i] = update(to, {i, false});
    }

    bool update(Platform side, const FieldWrite &field)
    {
        if (!mayWrite(side, WriteVerb::Update)) return false;
        write(side).verb = WriteVerb::Update;
        write(side).fields.push_back(field);
        return true;
    }

    // The row is on `there`, not on the other side.
    void rowOn(Platform there)
    {
        const Platform other = otherPlatform(there);
        if (m_choices.row) return *m_choices.row == there ? insert(other) : remove(there);
        const bool changed = isChanged(m_entity.base(there), m_entity.now(there));
        if (!m_entity.base(other)) { // the other side never had it
            if (changed) insert(other);
            return;
        }
        if (m_rules.appendOnly) return;
        if (!changed) return remove(there); // deleted on the other side
        std::optional<Platform> winner = m_rules.policy == ConflictPolicy::FieldOwner
                                             ? std::optional(m_rules.rowOwner)
                                             : winnerOf(m_entity, m_rules, 0);
        // A row that is gone has no change time: nothing newer than the change is known, so the data stays.
        if (m_rules.policy == ConflictPolicy::Newer) winner = there;
        m_merged.conflicts.push_back({std::nullopt, winner});
        if (!winner)
            m_merged.manual = true;
        else
            *winner == there ? insert(other) : remove(there);
    }

    void insert(Platform side) { writeRow(side, WriteVerb::Insert); }
    void remove(Platform side) { writeRow(side, WriteVerb::Delete); }
    void writeRow(Platform side, WriteVerb verb)
    {
        if (mayWrite(side, verb)) {
            write(side).verb = verb;
            return settleRow();
        }
        settle(side).assign((m_entity.legacy ? m_entity.legacy : m_entity.fresh)->size(), true);
    }
    void settleRow()
    {
        const Held &there = m_entity.legacy ? m_entity.legacy : m_entity.fresh;
        m_merged.settleLegacy.assign(there->size(), true);
        m_merged.settleNew.assign(there->size(), true);
    }

    const MergeEntity &m_entity;
    const MergeRules &m_rules;
    const MergeChoices &m_choices;
    Merged m_merged;
};

} // namespace

std::string_view conflictPolicyWord(ConflictPolicy policy)
{
    switch (policy) {
    case ConflictPolicy::Newer:
        return "NEWER";
    case ConflictPolicy::Legacy:
        return "LEGACY";
    case ConflictPolicy::New:
        return "NEW";
    case ConflictPolicy::FieldOwner:
        return "FIELD_OWNER";
    case ConflictPolicy::Manual:
        break;
    }
    return "MANUAL";
}

std::string_view writeVerbWord(WriteVerb verb)
{
    switch (verb) {
    case WriteVerb::Insert:
        return "INSERT";
    case WriteVerb::Update:
        return "UPDATE";
    case WriteVerb::Delete:
        return "DELETE";
    case WriteVerb::None:
        break;
    }
    return "NONE";
}

bool isChanged(const Held &base, const Held &now)
{
    return base != now;
}

bool isChangedBeyondNear(const MergeEntity &entity, Platform side)
{
    const Held &base = entity.base(side);
    const Held &now = entity.now(side);
    if (!base || !now || base->size() != now->size()) return isChanged(base, now);
    for (std::size_t i = 0; i < now->size(); ++i) {
        if ((*base)[i] != (*now)[i] && !entity.near.contains(i)) return true;
    }
    return false;
}

Merged mergeEntity(const MergeEntity &entity, const MergeRules &rules, const MergeChoices &choices)
{
    return Merging(entity, rules, choices).result();
}

Merged carriedOut(Merged merged, bool onLegacy, bool onNew)
{
    for (const Platform side : {Platform::Legacy, Platform::New}) {
        SideWrite &write = side == Platform::Legacy ? merged.legacy : merged.fresh;
        if ((side == Platform::Legacy ? onLegacy : onNew) || write.verb == WriteVerb::None) continue;
        for (const FieldWrite &field : write.fields)
            merged.settleLegacy[field.field] = merged.settleNew[field.field] = false;
        if (write.verb != WriteVerb::Update) { // the row as a whole
            merged.settleLegacy.clear();
            merged.settleNew.clear();
        }
        write = {};
    }
    return merged;
}

Held rememberedAfter(const MergeEntity &entity, const Merged &merged, Platform side, const Held &now)
{
    const Held &base = entity.base(side);
    // Gone from both sides: nothing to remember.
    if (!entity.legacy && !entity.fresh) return std::nullopt;
    const std::vector<bool> &settle = side == Platform::Legacy ? merged.settleLegacy : merged.settleNew;
    if (merged.manual || settle.empty()) return base;
    if (!now) return std::nullopt;
    Held result = std::vector<std::string>(now->size(), std::string(NeverHeld));
    bool any = base.has_value();
    for (std::size_t i = 0; i < now->size(); ++i) {
        if (i < settle.size() && settle[i]) {
            (*result)[i] = (*now)[i];
            any = true;
        } else if (base && i < base->size()) {
            (*result)[i] = (*base)[i];
        }
    }
    return any ? result : Held();
}

} // namespace crossfade
