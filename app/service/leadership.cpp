// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "app/service/leadership.h"

namespace crossfade {

Result<Json> writeLeading(Store &store, const Leadership &leadership, std::int64_t term, const Actor &actor,
                          const Store::WriteWork &work, Turn turn)
{
    const auto whileLeading = [&](WriteTransaction &transaction) -> Result<Json> {
        if (auto leads = leadership.require(transaction.db(), term); !leads) return fail(leads.error());
        auto done = work(transaction);
        if (!done) return done;
        // Once more at the end: the process may have stood still in between for longer than a lease lasts.
        if (auto leads = leadership.require(transaction.db(), term); !leads) return fail(leads.error());
        return done;
    };
    return store.writeAndWait(actor, whileLeading, turn);
}

} // namespace crossfade
