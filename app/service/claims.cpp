// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "app/service/claims.h"

#include "app/service/log.h"
#include "models/core/refusals.h"

namespace crossfade {

namespace {

// Longer than any step takes that acts before its transaction.
constexpr std::chrono::seconds ClaimTime{60};
const Actor Claimer{"service", {}};

Failure claimedElsewhere()
{
    return fail(refused(refusals::StillInFlight));
}

Result<bool> isClaimed(Database &database, const RequestKey &key, Instant now)
{
    Database::Parameters values = key.parameters();
    values.emplace_back(toMs(now));
    const auto rows = database.query("SELECT 1 FROM claim WHERE subject = ? AND method = ? AND path = ? AND key = ? "
                                     "AND expires_at > ?",
                                     values);
    if (!rows) return fail(rows.error());
    return !rows->empty();
}

Result<void> enterClaim(Database &database, const RequestKey &key, const std::string &holder, Instant now)
{
    Database::Parameters values = key.parameters();
    values.emplace_back(holder);
    values.emplace_back(toMs(now + ClaimTime));
    auto entered = database.execute(
        "INSERT INTO claim (subject, method, path, key, holder, expires_at) VALUES (?, ?, ?, ?, ?, ?) "
        "ON CONFLICT (subject, method, path, key) DO UPDATE SET holder = excluded.holder, "
        "expires_at = excluded.expires_at",
        values);
    if (!entered) return fail(entered.error());
    return {};
}

} // namespace

Result<Claim> Claim::take(ServiceStore &store, const RequestKey &key)
{
    const std::string holder = store.environment().newId();
    // Looked at first: what another writes meanwhile need not be waited for.
    Result<bool> claimed = false;
    auto read = store.read([&](Database &database) -> Result<void> {
        claimed = isClaimed(database, key, store.environment().now());
        return {};
    });
    if (!read) return fail(read.error());
    if (!claimed) return fail(claimed.error());
    if (*claimed) return claimedElsewhere();
    auto taken = store.writeAndWait(Claimer, [&](WriteTransaction &tx) -> Result<Json> {
        const auto meanwhile = isClaimed(tx.db(), key, tx.now());
        if (!meanwhile) return fail(meanwhile.error());
        if (*meanwhile) return claimedElsewhere();
        // Answered since it was looked for: the transaction that follows finds that, but only once it has acted.
        const auto answered = tx.db().query("SELECT 1 FROM idempotency WHERE subject = ? AND method = ? AND "
                                            "path = ? AND key = ?",
                                            key.parameters());
        if (!answered) return fail(answered.error());
        if (!answered->empty()) return claimedElsewhere();
        if (auto entered = enterClaim(tx.db(), key, holder, tx.now()); !entered) return fail(entered.error());
        return Json();
    });
    if (!taken) return fail(taken.error());
    return Claim(key, holder);
}

Result<void> Claim::end(Database &database) const
{
    Database::Parameters values = m_key.parameters();
    values.emplace_back(m_holder);
    auto ended = database.execute("DELETE FROM claim WHERE subject = ? AND method = ? AND path = ? AND key = ? AND "
                                  "holder = ?",
                                  values);
    if (!ended) return fail(ended.error());
    return {};
}

void Claim::endLater(ServiceStore &store) const
{
    store.write(
        Claimer,
        [claim = *this](WriteTransaction &tx) -> Result<Json> {
            if (auto ended = claim.end(tx.db()); !ended) return fail(ended.error());
            return Json();
        },
        [](const Result<Json> &done) {
            if (!done) logWarning("a claim is left to run out", {{"error", done.error().message}});
        });
}

} // namespace crossfade
