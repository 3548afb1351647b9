// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/router/shiftbook.h"

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/registry.h>

#include <array>
#include <map>
#include <mutex>
#include <string>

namespace crossfade {

// Shifts for Prometheus. Labels are ids only; names stand once, in crossfade_shift_policy_info.
// Shares are ratios from 0 to 1, as that world has them. Any thread.
class ShiftMetrics {
public:
    explicit ShiftMetrics(prometheus::Registry &registry);

    // The present state of every policy; those that are gone disappear.
    void show(const std::vector<ShiftBook::RecordPtr> &records, const ShiftBook &book);
    void countTransition(const PolicyRecord &before, const PolicyRecord &after);
    void countJudgement(const std::string &policyId, Verdict verdict);
    void countOpen(Store &store); // alerts and approvals that wait for somebody

private:
    static constexpr std::size_t VerdictCount = 6;
    // Beyond them policies and guards are counted only: a label's values must not grow without end.
    static constexpr std::size_t MostPolicies = 100;
    static constexpr std::size_t MostGuards = 500; // of all policies
    using Gauges = prometheus::Family<prometheus::Gauge>;
    using Counters = prometheus::Family<prometheus::Counter>;
    using Verdicts = std::array<prometheus::Gauge *, VerdictCount>;

    struct Policy {
        std::string name;
        prometheus::Gauge *info = nullptr;
        prometheus::Gauge *share = nullptr;
        prometheus::Gauge *target = nullptr;
        std::array<prometheus::Gauge *, ShiftStateCount> states{};
        std::map<std::string, Verdicts> guards; // by guard id
        prometheus::Counter *steps = nullptr;
        prometheus::Counter *rollbacks = nullptr;
        std::array<prometheus::Counter *, VerdictCount> judgements{};
    };

    Policy *policyOf(const std::string &id); // null beyond MostPolicies
    std::size_t guardsShown() const;
    void showNames(Policy &policy, const ShiftPolicy &definition);
    void showGuards(Policy &policy, const ShiftPolicy &definition, const ShiftView *view);
    void forget(const Policy &policy);

    std::mutex m_mutex;
    prometheus::Gauge &m_count;
    Gauges &m_info;
    Gauges &m_share;
    Gauges &m_target;
    Gauges &m_state;
    Gauges &m_verdict;
    Counters &m_steps;
    Counters &m_rollbacks;
    Counters &m_judgements;
    std::array<prometheus::Gauge *, 3> m_alerts{};    // LOW, MEDIUM, HIGH
    std::array<prometheus::Gauge *, 3> m_approvals{}; // ROLLBACK, SHIFT_STEP
    std::map<std::string, Policy> m_policies;
};

} // namespace crossfade
