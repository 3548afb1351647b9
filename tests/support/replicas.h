// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/support/http.h"
#include "tests/support/process.h"
#include "tests/support/tempdir.h"

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace crossfade {

// Several crossfade-router processes over one PostgreSQL database, each with a folder of its own.
class Replicas {
public:
    explicit Replicas(std::size_t count = 2);
    ~Replicas();
    Replicas(const Replicas &) = delete;
    Replicas &operator=(const Replicas &) = delete;

    const std::string &database() const { return m_database; }
    // What they are given instead: a way to the same database that can be cut.
    void setDatabase(const std::string &url) { m_given = url; }
    void setResources(std::size_t number, const std::string &folder) { m_replicas[number].resources = folder; }

    bool start(std::size_t number); // and waits until it answers
    bool startAgain(std::size_t number); // at the address it had
    bool startAll();
    void kill(std::size_t number) { m_replicas[number].process->kill(); }
    void signal(std::size_t number, int name) const { m_replicas[number].process->signal(name); }
    std::optional<int> stop(std::size_t number);
    std::string log(std::size_t number) const;
    std::optional<int> exitCode(std::size_t number) const { return m_replicas[number].process->wait(); }
    std::string folder(std::size_t number) const { return m_directory.file("data" + std::to_string(number)); }

    std::size_t count() const { return m_replicas.size(); }
    std::string url(std::size_t number) const; // any thread; "" before its first start
    int port(std::size_t number) const;
    std::string token(const std::string &roles);
    TestClient client(std::size_t number, const std::string &roles = "admin");
    Json ready(std::size_t number) const; // null: it does not answer within a second
    bool isReady(std::size_t number) const;
    std::string role(std::size_t number) const; // "LEADER", "FOLLOWER", "" without an answer
    std::int64_t term(std::size_t number) const; // as it knows it; 0 without an answer
    // Which one says that it leads, and no other does; nothing while it cannot be told. `except`: stands still.
    std::optional<std::size_t> leader(std::optional<std::size_t> except = std::nullopt) const;

private:
    struct Replica {
        std::unique_ptr<Process> process;
        std::string url;
        std::string resources;
    };
    bool launch(std::size_t number, const std::string &listen);

    TempDir m_directory;
    std::string m_database;
    std::string m_given;
    std::vector<Replica> m_replicas;
    mutable std::mutex m_mutex;
    std::map<std::string, std::string> m_tokens;
};

// Posts made-up requests of one policy, four times a second, to each replica in turn, until it goes away: what
// a traffic engine would report. `urls` answers which to take now.
class ReplicaTraffic {
public:
    using Urls = std::function<std::vector<std::string>()>;
    ReplicaTraffic(Urls urls, std::string token, std::string policyId);

private:
    void run(const std::stop_token &stop) const;
    Json observations() const;

    const Urls m_urls;
    const std::string m_token;
    const std::string m_policyId;
    std::jthread m_thread;
};

} // namespace crossfade
