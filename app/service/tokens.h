// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/service/http.h"
#include "app/service/servicestore.h"

#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace crossfade {

struct Token {
    std::string id;
    std::string subject;
    std::set<Role> roles;
    std::optional<Instant> expires;
};

// The tokens of a service, kept in memory so that the network loop can check them without waiting.
// Other processes (the `token` command) change the store: reload() is called each second, and a
// token nobody knows yet is looked for at once when the store has changed, by a thread of its own: nothing
// on the loop waits for it but the request that brought it.
class TokenBook {
public:
    explicit TokenBook(ServiceStore &store) : m_store(store) {}
    ~TokenBook();
    Result<void> start();
    void reload(); // any thread
    struct Found {
        bool known = false; // expired or not, but not revoked
        std::optional<Token> token; // one that may be used
    };
    // By the text a client presents. Any thread.
    Found find(const std::string &text) const;
    // Calls `looked` once tokens that came before now are known, on the book's thread, or never while the store
    // does not answer. False, and nothing is called: there were too many looks within this second, or too many
    // wait for one already. Loop only.
    bool look(std::function<void()> looked);
    void endLooks(); // nothing is called from then on
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
    void runLooks();        // the thread
    void reloadIfChanged(); // the thread

    ServiceStore &m_store;
    std::unique_ptr<StoreConnection> m_reader; // the thread's own
    std::int64_t m_epoch = -1;
    Instant m_lookSecond{};
    int m_looks = 0;
    std::mutex m_lookMutex;
    std::condition_variable m_lookWake;
    std::vector<std::function<void()>> m_lookers; // who waits for the next look to end
    bool m_ended = false;
    bool m_stopping = false;
    std::thread m_thread;
    mutable std::mutex m_mutex;
    std::shared_ptr<const Table> m_table = std::make_shared<Table>();
};

// The commands: `addToken` answers the text, which is stored nowhere.
Result<std::string> addToken(ServiceStore &store, const std::string &subject,
                             const std::vector<std::string> &roles, std::optional<Instant> expires);
Result<Json> listTokens(ServiceStore &store);
// By id, or every token of a subject; the count.
Result<std::int64_t> revokeTokens(ServiceStore &store, const std::string &idOrSubject);

} // namespace crossfade
