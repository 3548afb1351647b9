// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "app/service/crypto.h"
#include "app/service/tokens.h"
#include "models/core/ids.h"

namespace crossfade {

namespace {

constexpr std::size_t TokenBytes = 32;
const Actor CommandLine{"command-line", {}};

std::string joined(const std::vector<std::string> &words)
{
    std::string text;
    for (const std::string &word : words)
        text += (text.empty() ? "" : ",") + word;
    return text;
}

Json timeOrNull(const SqlRow &row, std::size_t column)
{
    if (row.isNull(column)) return nullptr;
    return formatInstant(instantFromMs(row.integer(column)));
}

} // namespace

Result<std::string> addToken(ServiceStore &store, const std::string &subject,
                             const std::vector<std::string> &roles, std::optional<Instant> expires)
{
    if (!isValidId(subject)) return fail(ErrorKind::Invalid, "the subject is not a valid id");
    if (roles.empty()) return fail(ErrorKind::Invalid, "a token needs at least one role");
    for (const std::string &role : roles) {
        if (!roleFromWord(role)) return fail(ErrorKind::Invalid, "there is no role " + role);
    }
    const std::string text = store.environment().newSecret(TokenBytes);
    const std::string id = store.environment().newId();
    auto added = store.writeAndWait(CommandLine, [&](WriteTransaction &transaction) -> Result<Json> {
        const SqlValue expiry = expires ? SqlValue(toMs(*expires)) : SqlValue(nullptr);
        auto done = transaction.db().execute(
            "INSERT INTO tokens (id, hash, subject, roles, created_at, expires_at) "
            "VALUES (?, ?, ?, ?, ?, ?)",
            {id, sha256Hex(text), subject, joined(roles), toMs(transaction.now()), expiry});
        if (!done) return fail(done.error());
        Json after{{"id", id}, {"subject", subject}, {"roles", roles}};
        after["expires_at"] = expires ? Json(formatInstant(*expires)) : Json();
        transaction.audit({"token.add", "token", id, nullptr, std::move(after), {}});
        return Json();
    });
    if (!added) return fail(added.error());
    return text;
}

Result<Json> listTokens(ServiceStore &store)
{
    Json items = Json::array();
    auto done = store.read([&](Database &reader) {
        return reader.each("SELECT id, subject, roles, created_at, expires_at, revoked_at "
                           "FROM tokens ORDER BY id",
                           {}, [&](const SqlRow &row) {
                               items.push_back({{"id", row.text(0)},
                                                {"subject", row.text(1)},
                                                {"roles", row.text(2)},
                                                {"created_at", timeOrNull(row, 3)},
                                                {"expires_at", timeOrNull(row, 4)},
                                                {"revoked_at", timeOrNull(row, 5)}});
                               return true;
                           });
    });
    if (!done) return fail(done.error());
    return items;
}

Result<std::int64_t> revokeTokens(ServiceStore &store, const std::string &idOrSubject)
{
    auto revoked = store.writeAndWait(CommandLine, [&](WriteTransaction &transaction) -> Result<Json> {
        auto count = transaction.db().execute(
            "UPDATE tokens SET revoked_at = ? WHERE (id = ? OR subject = ?) AND revoked_at IS NULL",
            {toMs(transaction.now()), idOrSubject, idOrSubject});
        if (!count) return fail(count.error());
        if (*count == 0) return fail(ErrorKind::NotFound, "no such token: " + idOrSubject);
        transaction.audit({"token.revoke", "token", idOrSubject, nullptr, {{"revoked", *count}}, {}});
        return Json(*count);
    });
    if (!revoked) return fail(revoked.error());
    return revoked->get<std::int64_t>();
}

} // namespace crossfade
