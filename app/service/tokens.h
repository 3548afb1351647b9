// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/service/http.h"
#include "app/service/sqlitestore.h"

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

namespace crossfade {

struct Token {
    std::string id;
    std::string subject;
    std::set<Role> roles;
    std::optional<Instant> expires;
};

// The tokens of a service, kept in memory so that the network loop can check them without waiting.
// Other processes (the `token` command) change the store: reload() is called each second, and a
// token nobody knows yet is looked for at once when the store has changed.
class TokenBook {
public:
    explicit TokenBook(SqliteStore &store) : m_store(store) {}
    Result<void> start();
    void reload(); // any thread
    // By the text a client presents; nothing for an unknown, revoked or expired one. Loop only.
    std::optional<Token> find(const std::string &text);
    // Whether the token of that id may still be used. Any thread.
    bool isValid(const std::string &id) const;

private:
    struct Table {
        std::map<std::string, Token, std::less<>> byHash;
        std::map<std::string, std::optional<Instant>, std::less<>> expiresById;
    };
    Result<std::shared_ptr<const Table>> load(Database &reader) const;
    std::shared_ptr<const Table> table() const;
    void set(std::shared_ptr<const Table> table);
    void reloadIfChanged();

    SqliteStore &m_store;
    std::unique_ptr<SqliteDatabase> m_reader; // the loop's own
    std::int64_t m_dataVersion = -1;
    Instant m_lookSecond{};
    int m_looks = 0;
    mutable std::mutex m_mutex;
    std::shared_ptr<const Table> m_table = std::make_shared<Table>();
};

// The commands: `addToken` answers the text, which is stored nowhere.
Result<std::string> addToken(SqliteStore &store, const std::string &subject,
                             const std::vector<std::string> &roles, std::optional<Instant> expires);
Result<Json> listTokens(SqliteStore &store);
// By id, or every token of a subject; the count.
Result<std::int64_t> revokeTokens(SqliteStore &store, const std::string &idOrSubject);

} // namespace crossfade
