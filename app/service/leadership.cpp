// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "app/service/leadership.h"

namespace crossfade {

namespace {

Result<Json> workLeading(const Leadership &leadership, std::int64_t term, const Store::WriteWork &work,
                         WriteTransaction &transaction)
{
    if (auto leads = leadership.require(transaction.db(), term); !leads) return fail(leads.error());
    auto done = work(transaction);
    if (!done) return done;
    // Once more at the end: the process may have stood still in between for longer than a lease lasts.
    if (auto leads = leadership.require(transaction.db(), term); !leads) return fail(leads.error());
    return done;
}

} // namespace

Result<Json> writeLeading(Store &store, const Leadership &leadership, std::int64_t term, const Actor &actor,
                          const Store::WriteWork &work, Turn turn)
{
    return store.writeAndWait(
        actor, [&](WriteTransaction &transaction) { return workLeading(leadership, term, work, transaction); }, turn);
}

void writeLeadingLater(Store &store, const Leadership &leadership, std::int64_t term, const Actor &actor,
                       Store::WriteWork work, std::function<void(Result<Json>)> done, Turn turn)
{
    const auto leading = [&leadership, term, work = std::move(work)](WriteTransaction &transaction) {
        return workLeading(leadership, term, work, transaction);
    };
    store.write(actor, leading, std::move(done), turn);
}

} // namespace crossfade
