// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/comparator/source.h"
#include "app/service/database.h"
#include "models/consistency/mapping.h"
#include "models/consistency/throttle.h"
#include "models/core/platform.h"

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace crossfade {

// A mapping with the sources of both sides, as stored.
struct MappedSources {
    std::string mappingId;
    Mapping mapping;
    std::vector<MappedField> compared;
    SourceSettings legacy;
    SourceSettings fresh;

    const SourceSettings &side(Platform platform) const
    {
        return platform == Platform::Legacy ? legacy : fresh;
    }
};
Result<SourceSettings> loadSource(Database &db, const std::string &id);
Result<SourceThrottle> loadThrottle(Database &db, const std::string &sourceId);
Result<MappedSources> loadMapping(Database &db, const std::string &mappingId);
// The same with a mapping kept from earlier (of a run, of a repair) in its JSON form.
Result<MappedSources> withSources(Database &db, const std::string &mappingId,
                                  const std::string &json);

// One entity as both sides hold it now.
struct EntityPair {
    std::optional<SourceRow> legacy;
    std::optional<SourceRow> fresh;

    const std::optional<SourceRow> &side(Platform platform) const
    {
        return platform == Platform::Legacy ? legacy : fresh;
    }
    const KeyedRow *legacyRow() const { return legacy ? &legacy->row : nullptr; }
    const KeyedRow *newRow() const { return fresh ? &fresh->row : nullptr; }
};

// Connections to both sides, for reading by key.
class EntityReader {
public:
    static Result<EntityReader> open(const MappedSources &sources);
    // Every asked key is in the answer, with neither side where neither has it.
    Result<std::map<std::string, EntityPair>> read(const std::vector<std::string> &keys);
    Result<EntityPair> readOne(const std::string &key);
    // Of sets, a row is a set: absent where it is empty on both sides, the empty one where it is so on one.
    Source &source(Platform platform)
    {
        const std::unique_ptr<Source> &sets = platform == Platform::Legacy ? m_legacySets : m_newSets;
        if (sets) return *sets;
        return platform == Platform::Legacy ? *m_legacy : *m_new;
    }
    const TableView &view(Platform platform) const
    {
        if (m_keysOnly) return platform == Platform::Legacy ? m_legacyKeys : m_newKeys;
        return platform == Platform::Legacy ? m_legacyView : m_newView;
    }

    // While it lives view() is of the keys alone; read() still reads all columns.
    class KeysOnly {
    public:
        explicit KeysOnly(EntityReader &reader);
        ~KeysOnly();
        KeysOnly(const KeysOnly &) = delete;
        KeysOnly &operator=(const KeysOnly &) = delete;

    private:
        EntityReader &m_reader;
    };

private:
    SourceLoan m_legacy;
    SourceLoan m_new;
    std::unique_ptr<Source> m_legacySets; // over the loans
    std::unique_ptr<Source> m_newSets;
    TableView m_legacyView;
    TableView m_newView;
    TableView m_legacyKeys;
    TableView m_newKeys;
    bool m_keysOnly = false;
};

} // namespace crossfade
