// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/router/shiftmetrics.h"

#include <algorithm>
#include <set>
#include <string_view>

namespace crossfade {

namespace {

constexpr std::array<std::string_view, 3> Severities{"LOW", "MEDIUM", "HIGH"};
constexpr std::array<std::string_view, 3> Kinds{"ROLLBACK", "SHIFT_STEP", "MASTER_SWITCH"};

prometheus::Family<prometheus::Gauge> &gauges(prometheus::Registry &registry, const char *name,
                                              const char *help) {
    return prometheus::BuildGauge().Name(name).Help(help).Register(registry);
}

prometheus::Family<prometheus::Counter> &counters(prometheus::Registry &registry, const char *name,
                                                  const char *help) {
    return prometheus::BuildCounter().Name(name).Help(help).Register(registry);
}

std::string textOf(std::string_view word) {
    return std::string(word);
}

template <std::size_t N>
Result<void> countBy(Database &db, const char *sql, const std::array<std::string_view, N> &words,
                     const std::array<prometheus::Gauge *, N> &gauges) {
    std::array<std::int64_t, N> counts{};
    auto done = db.each(sql, {}, [&](const SqlRow &row) {
        const auto word = std::ranges::find(words, row.text(0));
        if (word != words.end())
            counts[static_cast<std::size_t>(word - words.begin())] = row.integer(1);
        return true;
    });
    if (!done) return done;
    for (std::size_t i = 0; i < N; ++i)
        gauges[i]->Set(static_cast<double>(counts[i]));
    return {};
}

} // namespace

ShiftMetrics::ShiftMetrics(prometheus::Registry &registry)
    : m_count(gauges(registry, "crossfade_shift_policies", "Shift policies there are").Add({}))
    , m_info(gauges(registry, "crossfade_shift_policy_info", "Names of a shift policy"))
    , m_share(gauges(registry, "crossfade_shift_share_ratio",
                     "Share of users on the policy's target platform, 0 to 1"))
    , m_target(gauges(registry, "crossfade_shift_target_ratio",
                      "Share the shift is on its way to, 0 to 1"))
    , m_state(gauges(registry, "crossfade_shift_state", "1 for the state the shift is in"))
    , m_verdict(gauges(registry, "crossfade_guard_verdict", "1 for a guard's latest verdict"))
    , m_steps(counters(registry, "crossfade_shift_steps_total", "Times the share was raised"))
    , m_rollbacks(
          counters(registry, "crossfade_shift_rollbacks_total", "Times the share was lowered"))
    , m_judgements(
          counters(registry, "crossfade_guard_judgements_total", "Windows judged, by verdict")) {
    auto &alerts = gauges(registry, "crossfade_alerts_open", "Alerts nobody acknowledged yet");
    for (std::size_t i = 0; i < Severities.size(); ++i)
        m_alerts[i] = &alerts.Add({{"severity", textOf(Severities[i])}});
    auto &approvals = gauges(registry, "crossfade_approvals_open", "Approvals nobody decided yet");
    for (std::size_t i = 0; i < Kinds.size(); ++i)
        m_approvals[i] = &approvals.Add({{"kind", textOf(Kinds[i])}});
}

ShiftMetrics::Policy *ShiftMetrics::policyOf(const std::string &id) {
    if (const auto known = m_policies.find(id); known != m_policies.end()) return &known->second;
    if (m_policies.size() >= MostPolicies) return nullptr;
    Policy &policy = m_policies[id];
    policy.share = &m_share.Add({{"policy_id", id}});
    policy.target = &m_target.Add({{"policy_id", id}});
    for (std::size_t i = 0; i < ShiftStateCount; ++i)
        policy.states[i] =
            &m_state.Add({{"policy_id", id},
                          {"state", textOf(shiftStateWord(static_cast<ShiftState>(i)))}});
    policy.steps = &m_steps.Add({{"policy_id", id}});
    policy.rollbacks = &m_rollbacks.Add({{"policy_id", id}});
    for (std::size_t i = 0; i < VerdictCount; ++i)
        policy.judgements[i] =
            &m_judgements.Add({{"policy_id", id},
                               {"verdict", textOf(verdictWord(static_cast<Verdict>(i)))}});
    return &policy;
}

std::size_t ShiftMetrics::guardsShown() const {
    std::size_t shown = 0;
    for (const auto &[id, policy] : m_policies)
        shown += policy.guards.size();
    return shown;
}

void ShiftMetrics::showNames(Policy &policy, const ShiftPolicy &definition) {
    const std::string name = definition.name + "\n" + definition.targetSystem;
    if (policy.info && policy.name == name) return;
    if (policy.info) m_info.Remove(policy.info);
    policy.name = name;
    policy.info = &m_info.Add({{"policy_id", definition.id},
                               {"policy_name", definition.name},
                               {"target_system", definition.targetSystem}});
    policy.info->Set(1);
}

void ShiftMetrics::showGuards(Policy &policy, const ShiftPolicy &definition,
                              const ShiftView *view) {
    std::erase_if(policy.guards, [&](auto &entry) {
        if (std::ranges::find(definition.guards, entry.first, &Guard::id) !=
            definition.guards.end())
            return false;
        for (prometheus::Gauge *gauge : entry.second)
            m_verdict.Remove(gauge);
        return true;
    });
    std::size_t room = MostGuards - std::min(MostGuards, guardsShown());
    for (const Guard &guard : definition.guards) {
        if (!policy.guards.contains(guard.id)) {
            if (room == 0) continue;
            --room;
        }
        const auto [place, isNew] = policy.guards.try_emplace(guard.id);
        for (std::size_t i = 0; isNew && i < VerdictCount; ++i)
            place->second[i] =
                &m_verdict.Add({{"policy_id", definition.id},
                                {"guard", guard.id},
                                {"verdict", textOf(verdictWord(static_cast<Verdict>(i)))}});
        const Judgement *last = nullptr;
        if (view) {
            const auto memory = view->guards.find(guard.id);
            if (memory != view->guards.end()) last = memory->second.last();
        }
        const Verdict verdict = last ? last->verdict : Verdict::NoData;
        for (std::size_t i = 0; i < VerdictCount; ++i)
            place->second[i]->Set(static_cast<std::size_t>(verdict) == i ? 1 : 0);
    }
}

void ShiftMetrics::forget(const Policy &policy) {
    if (policy.info) m_info.Remove(policy.info);
    m_share.Remove(policy.share);
    m_target.Remove(policy.target);
    for (prometheus::Gauge *gauge : policy.states)
        m_state.Remove(gauge);
    for (const auto &[id, verdicts] : policy.guards) {
        for (prometheus::Gauge *gauge : verdicts)
            m_verdict.Remove(gauge);
    }
    m_steps.Remove(policy.steps);
    m_rollbacks.Remove(policy.rollbacks);
    for (prometheus::Counter *counter : policy.judgements)
        m_judgements.Remove(counter);
}

void ShiftMetrics::show(const std::vector<ShiftBook::RecordPtr> &records, const ShiftBook &book) {
    const std::lock_guard lock(m_mutex);
    std::set<std::string> present;
    m_count.Set(static_cast<double>(records.size()));
    for (const ShiftBook::RecordPtr &record : records) {
        present.insert(record->policy.id);
        Policy *shown = policyOf(record->policy.id);
        if (!shown) continue;
        Policy &policy = *shown;
        showNames(policy, record->policy);
        policy.share->Set(record->status.percentage.percent() / 100);
        policy.target->Set(goalOf(record->policy, record->status).percent() / 100);
        for (std::size_t i = 0; i < ShiftStateCount; ++i)
            policy.states[i]->Set(static_cast<std::size_t>(record->status.state) == i ? 1 : 0);
        const ShiftBook::ViewPtr view = book.view(record->policy.id);
        showGuards(policy, record->policy, view.get());
    }
    std::erase_if(m_policies, [&](auto &entry) {
        if (present.contains(entry.first)) return false;
        forget(entry.second);
        return true;
    });
}

void ShiftMetrics::countTransition(const PolicyRecord &before, const PolicyRecord &after) {
    const std::lock_guard lock(m_mutex);
    Policy *policy = policyOf(after.policy.id);
    if (!policy) return;
    if (after.status.percentage > before.status.percentage) policy->steps->Increment();
    if (after.status.percentage < before.status.percentage) policy->rollbacks->Increment();
}

void ShiftMetrics::countJudgement(const std::string &policyId, Verdict verdict) {
    const std::lock_guard lock(m_mutex);
    if (Policy *policy = policyOf(policyId))
        policy->judgements[static_cast<std::size_t>(verdict)]->Increment();
}

void ShiftMetrics::countOpen(Store &store) {
    // A store that does not answer leaves the last figures; /readyz tells of it.
    static_cast<void>(store.read([&](Database &db) -> Result<void> {
        auto alerts = countBy(db,
                              "SELECT severity, count(*) FROM alert WHERE acknowledged_at IS NULL "
                              "GROUP BY severity",
                              Severities, m_alerts);
        if (!alerts) return alerts;
        return countBy(
            db, "SELECT kind, count(*) FROM approval WHERE state = 'OPEN' GROUP BY kind", Kinds,
            m_approvals);
    }));
}

} // namespace crossfade
