// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "models/routing/sessionshares.h"

#include <algorithm>

namespace crossfade {

SessionShares startedAt(Percentage percentage)
{
    return {{Instant(), percentage}};
}

SessionShares changedTo(SessionShares shares, Percentage percentage, Instant at)
{
    // Those that began under a larger share are served by the lower one from now on.
    Instant since = at;
    while (!shares.empty() && shares.back().percentage >= percentage) {
        since = std::min(since, shares.back().since);
        shares.pop_back();
    }
    // By the store's clock, which may have been set back.
    since = shares.empty() ? Instant() : std::max(since, shares.back().since);
    shares.push_back({since, percentage});
    if (shares.size() > MostSessionShares) {
        shares[1].since = shares[0].since;
        shares.erase(shares.begin());
    }
    return shares;
}

Percentage shareOfSession(const SessionShares &shares, Percentage percentage, std::optional<Instant> signedInAt)
{
    if (shares.empty() || !signedInAt) return percentage;
    const auto next = std::ranges::upper_bound(shares, *signedInAt, {}, &SessionShare::since);
    return next == shares.begin() ? shares.front().percentage : std::prev(next)->percentage;
}

Json sessionSharesToJson(const SessionShares &shares)
{
    Json list = Json::array();
    for (const SessionShare &share : shares)
        list.push_back({toMs(share.since), share.percentage.hundredths()});
    return list;
}

std::optional<SessionShares> sessionSharesFromJson(const Json &json)
{
    if (!json.is_array() || json.size() > MostSessionShares) return std::nullopt;
    SessionShares shares;
    for (const Json &one : json) {
        const bool pair = one.is_array() && one.size() == 2 && one[0].is_number_integer() && one[1].is_number_integer();
        if (!pair) return std::nullopt;
        const auto hundredths = one[1].get<std::int64_t>();
        if (hundredths < 0 || hundredths > Percentage::Whole) return std::nullopt;
        const SessionShare share{instantFromMs(one[0].get<std::int64_t>()), Percentage::fromHundredths(hundredths)};
        if (!shares.empty() && (share.since < shares.back().since || share.percentage <= shares.back().percentage))
            return std::nullopt;
        shares.push_back(share);
    }
    return shares;
}

} // namespace crossfade
