// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/service/database.h"
#include "models/routing/enginedrift.h"

#include <map>
#include <string>
#include <vector>

namespace crossfade {

// Table `engine_instance`, in the order of agents and names.
namespace enginerecords {

constexpr std::int64_t MostOfAgent = 128; // with those that are gone and not forgotten yet
constexpr std::int64_t MostOfAll = 4'096;

Result<std::vector<EngineInstance>> all(Database &db);
Result<std::vector<EngineInstance>> ofAgent(Database &db, const std::string &agentId);
// After that one, which need not be there; ("", ""): from the beginning.
Result<std::vector<EngineInstance>> after(Database &db, const std::string &agentId, const std::string &name,
                                          std::int64_t limit);
Result<std::int64_t> count(Database &db);
Result<void> put(Database &db, const EngineInstance &instance);
Result<void> remove(Database &db, const EngineInstance &instance);

} // namespace enginerecords

// The epochs that changed what decides: rules, switches, policies, groups, lists, and the key index, of which the
// latest is known. All other writes (alerts, judgements, what agents tell) have epochs of their own, which do not
// count. As the reader's transaction sees them; each is looked up once.
class RuleEpochs {
public:
    explicit RuleEpochs(Database &db) : m_db(db) {}
    Result<std::optional<RuleEpoch>> newest();
    Result<std::optional<RuleEpoch>> firstAfter(std::int64_t epoch);
    static constexpr std::int64_t MostCounted = 1'000;
    Result<std::int64_t> countAfter(std::int64_t epoch); // at most so many
    Result<MissedEpochs> missedBy(const EngineInstance &instance);

private:
    Result<std::optional<RuleEpoch>> find(const char *where, std::int64_t epoch, bool last);

    Database &m_db;
    std::map<std::int64_t, std::optional<RuleEpoch>> m_first;
    std::map<std::int64_t, std::int64_t> m_counts;
};

} // namespace crossfade
