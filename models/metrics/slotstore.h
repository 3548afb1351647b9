// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/metrics/slot.h"

#include <cstddef>
#include <deque>
#include <map>
#include <set>
#include <utility>
#include <vector>

namespace crossfade {

// A slot's place: `second` is the start, in seconds since 1970.
struct SlotKey {
    std::int64_t second = 0;
    Cohort cohort;
    auto operator<=>(const SlotKey &) const = default;
};

// Columns for a chart. value, min and max are nothing where no sample stood: a gap, never a zero.
struct SeriesColumns {
    std::int64_t stepSeconds = 1;
    std::vector<std::int64_t> t; // start of each step, seconds since 1970
    std::vector<std::optional<double>> value;
    std::vector<std::optional<double>> min; // of the one-unit slots inside the step
    std::vector<std::optional<double>> max;
    std::vector<std::uint64_t> count;
};

struct SeriesQuery {
    Metric metric = Metric::SuccessRate;
    Statistic statistic = Statistic::Rate;
    CohortFilter filter;
    std::int64_t from = 0; // seconds since 1970, [from, to)
    std::int64_t to = 0;
    std::int64_t step = 1; // a whole number of units of the resolution that is kept for `from`
};
constexpr std::int64_t MostSeriesPoints = 2'000;

// How long slots of each resolution are kept, in seconds.
struct SlotRetention {
    std::int64_t seconds = 3'600;
    std::int64_t tens = 86'400;
    std::int64_t minutes = 30 * 86'400;
};

// One-second slots for an hour, ten-second slots for a day, one-minute slots for 30 days. What
// clients send cannot grow the memory: beyond MostCohorts cohorts within the hour a further one
// is counted without its system, so that its policy's guards still see it. Policies under way always
// have a place each; of others, and of charts older than an hour, there are MostPolicyCohorts, and what is
// beyond is counted under its platform alone.
//
// The most there is by the second: MostPolicyCohorts and four of each policy under way (two platforms, counted by
// agents or not), 1 280 for an hour. With 256 policies that have requests on both platforms in every second that is
// 1.8 M slots of some 0.4 kB, 0.8 GB; what is coarser stays at MostPolicyCohorts.
class SlotStore {
public:
    static constexpr std::size_t MostCohorts = 64;
    static constexpr std::size_t MostPolicyCohorts = 256; // those with a system included
    static constexpr std::size_t MostPolicies = 256;      // under way at once: no further one is started
    enum class Resolution { Second = 1, TenSeconds = 10, Minute = 60 };

    // These policies are under way: a guard judges by what is counted of them.
    void keepPlaces(const std::set<std::string> &policyIds);
    // The slot to count into; `cohort` may be folded as said above. Marks it as changed.
    Slot &slotAt(std::int64_t second, const Cohort &cohort);
    // Put back what was stored.
    void restore(Resolution resolution, const SlotKey &key, Slot slot);
    // Makes the coarser slots of all changed seconds and forgets what is too old. Answers the keys
    // of every resolution whose slots changed since the last call: what has to be stored.
    std::vector<std::pair<Resolution, SlotKey>> settle(std::int64_t nowSecond, const SlotRetention &kept = {});
    bool isEmpty() const { return m_seconds.empty() && m_tens.empty() && m_minutes.empty(); }
    const Slot *find(Resolution resolution, const SlotKey &key) const;

    // All matching requests of [from, to) by one-second slots.
    Slot sum(const CohortFilter &filter, std::int64_t from, std::int64_t to) const;
    // The latest second in [from, to) that holds a sample of the filter.
    std::optional<std::int64_t> latest(const CohortFilter &filter, std::int64_t from,
                                       std::int64_t to) const;
    // The finest resolution still kept for a time this long ago.
    static Resolution resolutionFor(std::int64_t ageSeconds);
    SeriesColumns series(const SeriesQuery &query, std::int64_t nowSecond) const;
    // Cohorts with a sample at that second.
    std::vector<std::pair<Cohort, const Slot *>> at(std::int64_t second) const;

private:
    using Slots = std::map<SlotKey, Slot>;
    const Slots &slots(Resolution resolution) const;
    Slots &slots(Resolution resolution);
    void rollUp(Resolution from, Resolution to, const std::set<SlotKey> &changed,
                std::set<SlotKey> &made);
    // The sum of the slots of [key.second, key.second + unit) that are charted as that cohort.
    Slot sumCharted(Resolution from, const SlotKey &key, std::int64_t unit) const;
    void forget(Resolution resolution, std::int64_t before);
    Cohort placeFor(const Cohort &cohort) const;
    Cohort chartedAs(const Cohort &cohort) const;
    bool isKept(const Cohort &cohort) const { return m_kept.contains(cohort.policyId); }

    Slots m_seconds;
    Slots m_tens;
    Slots m_minutes;
    struct CohortUse {
        std::size_t slots = 0;   // one-second slots it has
        std::int64_t newest = 0; // the last of them
        bool isCharted = true;   // by itself for longer than an hour
    };
    void count(const SlotKey &key); // a new one-second slot

    std::map<Cohort, CohortUse> m_cohorts;
    std::size_t m_others = 0;  // of them: of no policy under way
    std::size_t m_charted = 0; // of them: by themselves
    std::set<std::string> m_kept;
    std::set<SlotKey> m_changed;
};

// The share of requests NEW served in [from, to), in percent.
std::optional<double> shareOfNew(const SlotStore &store, CohortFilter filter, std::int64_t from,
                                 std::int64_t to);

} // namespace crossfade
