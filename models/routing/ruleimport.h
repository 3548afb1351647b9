// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/routing/routingjson.h"

#include <functional>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

namespace crossfade {

// What an import is checked against, and what it takes from outside.
struct RuleImportContext {
    std::span<const RulePtr> existing; // all rules, in the order of their ids
    Instant now{};
    std::string actor;
    std::function<std::string()> newId;
    ZoneSource zones; // of rules that recur
    std::shared_ptr<const ReadWritePairs> pairs = {}; // of the request map, for the warnings
};

struct RuleImportLimits {
    // One transaction stores them, and whatever else is to be stored, a rollback too, waits for it.
    std::size_t rows = 20'000;
    std::size_t told = 1'000;      // errors, and warnings, that are kept; the others are only counted
    std::size_t perTarget = 1'000; // changed rules of one user, of one system, or of time alone
    Effort effort{2'000'000};      // of comparing rules for the warnings of all rows: some tenths of a second
};

struct RuleRowError {
    std::size_t row = 0;
    std::string column; // "": the row as a whole
    std::string message;
    bool operator==(const RuleRowError &) const = default;
};
struct RuleRowWarning {
    std::size_t row = 0;
    std::string name; // of the rule it is about
    RuleWarning warning;
};
struct RuleRowChange {
    std::size_t row = 0;
    RulePtr before; // null: the rule is new
    RulePtr after;
};

struct RuleImportReport {
    std::size_t rows = 0;
    std::size_t created = 0;
    std::size_t updated = 0;
    std::size_t unchanged = 0;
    std::vector<RuleRowError> errors;
    std::size_t errorCount = 0;
    std::vector<RuleRowWarning> warnings;
    std::size_t warningCount = 0;
    std::vector<RuleRowChange> changes; // in the order of the rows
};

// The fields that a change sets to something else; none of a new rule.
std::vector<std::string> changedFields(const RuleRowChange &change);
// Counts, errors and warnings, and the first of the changes.
Json importReportToJson(const RuleImportReport &report);

// Works out what an import would do; nothing of it is done unless all of it is right.
//
// A row whose id is that of a rule updates it: a field the row does not have stays as it is, one that is
// null (an empty cell) goes back to its default. A row without an id makes a rule with a new one. A row
// with an id that no rule has makes a rule of that very id: so an export can be brought into another
// store, twice with the same result as once, and the order of rules of equal priority stays. (Ids are
// UUIDs; any other is taken if it keeps to the grammar of ids.) `version`, where it is given, must be
// that of the rule as it is stored, else somebody changed it since the export; of a new rule it says
// nothing, it is then the other store's.
class RuleImport {
public:
    explicit RuleImport(RuleImportContext context, RuleImportLimits limits = {});

    // A row's fields; TooLarge beyond the limit of rows. Mistakes are collected.
    Result<void> add(const Json &fields, std::size_t row);
    // `snapshot` is what the rules are part of now: the warnings are those of the rules as they would be
    // then.
    RuleImportReport finish(const Snapshot &snapshot);

private:
    void plan(const Json &fields, std::size_t row);
    bool readId(const Json &fields, std::size_t row, std::string &id);
    bool checkVersion(const Json &fields, std::size_t row, const Rule *before);
    bool countTarget(const Rule &rule, std::size_t row);
    void keep(Rule rule, const RulePtr &before, std::size_t row);
    void reject(std::size_t row, std::string column, std::string message);
    RulePtr existing(std::string_view id) const;
    void warn(const Snapshot &after);

    RuleImportContext m_context;
    RuleImportLimits m_limits;
    RuleImportReport m_report;
    std::unordered_map<std::string, std::size_t> m_rowOfId;
    std::unordered_map<std::string, std::size_t> m_rowsOfTarget;
};

} // namespace crossfade
