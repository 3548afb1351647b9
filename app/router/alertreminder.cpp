// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/router/alertreminder.h"

#include "app/router/alertrecords.h"
#include "app/service/log.h"

namespace crossfade::alertreminder {

void look(Store &store, const Leadership &leadership, Seconds interval) {
    const std::int64_t term = leadership.term();
    if (term == 0) return;
    bool due = false;
    const auto read = store.read([&](Database &db) -> Result<void> {
        const auto any = alertrecords::anyDue(db, store.environment().now() - interval);
        if (!any) return fail(any.error());
        due = *any;
        return {};
    });
    if (!read) return logWarning("open alerts were not read", {{"error", read.error().message}});
    if (!due) return;
    const auto written =
        writeLeading(store, leadership, term, {"runner", {}}, [&](WriteTransaction &tx) -> Result<Json> {
            if (auto done = alertrecords::remindAll(tx, tx.now() - interval); !done) return fail(done.error());
            return Json();
        });
    if (!written) logWarning("open alerts were not told of again", {{"error", written.error().message}});
}

} // namespace crossfade::alertreminder
