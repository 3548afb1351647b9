// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/shift/mastergates.h"

#include <algorithm>
#include <array>

namespace crossfade {

namespace {

constexpr std::array<std::string_view, MasterGateCount> MasterGateWords{
    "POLICIES", "CONSISTENCY", "BACKFILL", "DEAD_LETTERS", "REVERSE_SYNC"};

// Why the policy is no proof that NEW carries its users; empty if it is one.
std::string notProven(const PolicyStanding &policy) {
    if (policy.state != ShiftState::Completed && policy.state != ShiftState::Finalized)
        return policy.name + " is " + std::string(shiftStateWord(policy.state));
    const Percentage onNew =
        policy.target == Platform::New
            ? policy.percentage
            : Percentage::fromHundredths(Percentage::Whole - policy.percentage.hundredths());
    return onNew == Percentage() ? policy.name + " ended on LEGACY" : std::string();
}

MasterGateReport policiesReport(const MasterFacts &facts) {
    const auto report = [](MasterGateState state, std::string detail) {
        return MasterGateReport{MasterGate::Policies, state, std::move(detail)};
    };
    if (facts.unreadablePolicy)
        return report(MasterGateState::Blocked, "a stored policy cannot be read");
    if (facts.policies.empty())
        return report(MasterGateState::Unknown, "there is no shift policy");
    std::string first;
    int others = 0;
    for (const PolicyStanding &policy : facts.policies) {
        const std::string problem = notProven(policy);
        if (problem.empty()) continue;
        if (first.empty())
            first = problem;
        else
            ++others;
    }
    if (first.empty())
        return report(MasterGateState::Open, "every policy is COMPLETED or FINALIZED");
    if (others > 0) first += "; not done either: " + std::to_string(others);
    return report(MasterGateState::Blocked, first);
}

// All of them: whoever answers for what is shown answers for no other that comes or was hidden behind the first.
class Problems {
public:
    void add(const std::string &problem) {
        if (problem.empty()) return;
        m_text += (m_text.empty() ? "" : "; ") + problem;
    }
    const std::string &text() const { return m_text; }

private:
    std::string m_text;
};

MasterGateReport consistencyReport(const MasterFacts &facts) {
    const auto report = [](MasterGateState state, std::string detail) {
        return MasterGateReport{MasterGate::Consistency, state, std::move(detail)};
    };
    if (!facts.comparator)
        return report(MasterGateState::Unknown, "no comparator is configured");
    if (facts.checks.empty())
        return report(MasterGateState::Unknown, "no policy names a check");
    Problems problems;
    for (const CheckDemand &check : facts.checks)
        problems.add(consistencyProblem(check.fact, check.minimumPercentage, check.maxAge, facts.now));
    if (!problems.text().empty()) return report(MasterGateState::Blocked, problems.text());
    return report(MasterGateState::Open, "every check is fresh and high enough");
}

// Why the gate is not open; empty if it is.
std::string syncGateProblem(MasterGate gate, const SyncFact &fact) {
    const auto all = [&](auto problemOf) {
        Problems problems;
        for (const SyncStanding &sync : fact.syncs)
            problems.add(problemOf(sync));
        return problems.text();
    };
    switch (gate) {
    case MasterGate::Backfill:
        return all([](const SyncStanding &sync) {
            const bool done = sync.wasInStep && sync.state != "BACKFILLING" && sync.state != "WAITING";
            return done ? std::string() : "the backfill of " + sync.dataType + " is not done";
        });
    case MasterGate::DeadLetters:
        return all([](const SyncStanding &sync) {
            return sync.deadLetters == 0 ? std::string() : std::to_string(sync.deadLetters) + " dead letters of " + sync.dataType;
        });
    case MasterGate::ReverseSync: {
        const auto back = [](const SyncStanding &sync) { return sync.carries(Platform::New); };
        if (std::ranges::none_of(fact.syncs, back)) return "no sync carries changes of NEW to LEGACY";
        return all([&](const SyncStanding &sync) { return back(sync) ? syncProblem(sync) : std::string(); });
    }
    case MasterGate::Policies:
    case MasterGate::Consistency:
        break;
    }
    return {};
}

std::string_view syncGateOpen(MasterGate gate) {
    if (gate == MasterGate::Backfill) return "every sync has looked at everything";
    return gate == MasterGate::DeadLetters ? "there are no dead letters" : "what changes on NEW comes to LEGACY";
}

MasterGateReport syncReport(MasterGate gate, const MasterFacts &facts) {
    if (!facts.comparator) return {gate, MasterGateState::Unknown, "no comparator is configured"};
    if (std::string unknown = unknownSyncs(facts.syncs, facts.now); !unknown.empty())
        return {gate, MasterGateState::Unknown, std::move(unknown)};
    if (std::string problem = syncGateProblem(gate, facts.syncs); !problem.empty())
        return {gate, MasterGateState::Blocked, std::move(problem)};
    return {gate, MasterGateState::Open, std::string(syncGateOpen(gate))};
}

MasterGateReport masterReportOf(MasterGate gate, const MasterFacts &facts) {
    switch (gate) {
    case MasterGate::Policies:
        return policiesReport(facts);
    case MasterGate::Consistency:
        return consistencyReport(facts);
    case MasterGate::Backfill:
    case MasterGate::DeadLetters:
    case MasterGate::ReverseSync:
        return syncReport(gate, facts);
    }
    return {gate, MasterGateState::Unknown, {}};
}

// Every error text by one word, so that a report of them tells its cause alone.
MasterFacts withoutWords(MasterFacts facts) {
    constexpr const char *Error = "an error";
    for (CheckDemand &check : facts.checks) {
        if (!check.fact.error.empty()) check.fact.error = Error;
    }
    for (SyncStanding &sync : facts.syncs.syncs) {
        if (!sync.lastError.empty()) sync.lastError = Error;
    }
    // Whether it refuses, hangs or was not asked yet: nobody says how the syncs stand.
    SyncFact told = facts.syncs;
    told.syncs = {SyncStanding()};
    if (!unknownSyncs(told, facts.now).empty()) facts.syncs.error = "nobody tells how the syncs stand";
    return facts;
}

bool answersFor(const MasterOverride &answer, const MasterGateReport &report) {
    if (answer.gate != report.gate) return false;
    return answer.cause.empty() ? answer.detail == report.detail : answer.cause == report.cause;
}

std::string textAt(const Json &json, const char *field) {
    const auto found = json.find(field);
    return found != json.end() && found->is_string() ? found->get<std::string>() : std::string();
}

} // namespace

std::string_view masterGateWord(MasterGate gate) {
    return MasterGateWords[static_cast<std::size_t>(gate)];
}

std::optional<MasterGate> masterGateFromWord(std::string_view word) {
    const auto found = std::ranges::find(MasterGateWords, word);
    if (found == MasterGateWords.end()) return std::nullopt;
    return static_cast<MasterGate>(found - MasterGateWords.begin());
}

std::string_view masterGateStateWord(MasterGateState state) {
    switch (state) {
    case MasterGateState::Open:
        return "OPEN";
    case MasterGateState::Blocked:
        return "BLOCKED";
    case MasterGateState::Unknown:
        return "UNKNOWN";
    case MasterGateState::Overridden:
        return "OVERRIDDEN";
    }
    return "UNKNOWN";
}

std::vector<CheckDemand> checkDemands(const std::vector<ShiftPolicy> &policies) {
    std::vector<CheckDemand> demands;
    for (const ShiftPolicy &policy : policies) {
        if (!policy.consistencyGate) continue;
        const ConsistencyGate &gate = *policy.consistencyGate;
        for (const std::string &name : gate.checkNames) {
            const auto known = std::ranges::find_if(
                demands, [&](const CheckDemand &demand) { return demand.fact.checkName == name; });
            if (known == demands.end()) {
                demands.push_back({{name, std::nullopt, std::nullopt, {}},
                                   gate.minimumPercentage,
                                   Seconds(gate.maxAgeSeconds)});
                continue;
            }
            known->minimumPercentage = std::max(known->minimumPercentage, gate.minimumPercentage);
            known->maxAge = std::min(known->maxAge, Seconds(gate.maxAgeSeconds));
        }
    }
    return demands;
}

std::vector<MasterGateReport> masterGates(const MasterFacts &facts,
                                          const std::vector<MasterOverride> &overrides) {
    std::vector<MasterGateReport> reports;
    const MasterFacts causes = withoutWords(facts);
    for (std::size_t i = 0; i < MasterGateCount; ++i) {
        MasterGateReport report = masterReportOf(static_cast<MasterGate>(i), facts);
        report.cause = masterReportOf(report.gate, causes).detail;
        const auto answered = [&](const MasterOverride &answer) { return answersFor(answer, report); };
        if (report.state != MasterGateState::Open && std::ranges::any_of(overrides, answered))
            report.state = MasterGateState::Overridden;
        reports.push_back(std::move(report));
    }
    return reports;
}

const MasterGateReport *firstClosed(const std::vector<MasterGateReport> &gates) {
    const auto found = std::ranges::find_if(gates, [](const MasterGateReport &report) {
        return report.state == MasterGateState::Blocked || report.state == MasterGateState::Unknown;
    });
    return found == gates.end() ? nullptr : &*found;
}

Json masterEvidenceToJson(const std::vector<MasterGateReport> &gates,
                          const std::vector<MasterOverride> &overrides) {
    Json reports = Json::array();
    for (const MasterGateReport &report : gates)
        reports.push_back({{"gate", masterGateWord(report.gate)},
                           {"status", masterGateStateWord(report.state)},
                           {"detail", report.detail}});
    Json answers = Json::array();
    for (const MasterOverride &answer : overrides) {
        Json json{{"gate", masterGateWord(answer.gate)},
                  {"detail", answer.detail},
                  {"by", answer.by},
                  {"at", formatInstant(answer.at)},
                  {"reason", answer.reason}};
        if (!answer.cause.empty()) json["cause"] = answer.cause;
        answers.push_back(std::move(json));
    }
    return Json{{"gates", reports}, {"overrides", answers}};
}

std::vector<MasterOverride> masterOverridesOf(const Json &evidence) {
    std::vector<MasterOverride> overrides;
    const auto list = evidence.is_object() ? evidence.find("overrides") : evidence.end();
    if (!evidence.is_object() || list == evidence.end() || !list->is_array()) return overrides;
    for (const Json &item : *list) {
        if (!item.is_object()) continue;
        const auto gate = masterGateFromWord(textAt(item, "gate"));
        if (!gate) continue;
        overrides.push_back({*gate, textAt(item, "detail"), textAt(item, "by"),
                             parseInstant(textAt(item, "at")).value_or(Instant()),
                             textAt(item, "reason"), textAt(item, "cause")});
    }
    return overrides;
}

} // namespace crossfade
