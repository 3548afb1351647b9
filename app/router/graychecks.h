// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/router/routerpart.h"
#include "models/routing/graycheck.h"

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <map>
#include <mutex>
#include <thread>
#include <tuple>
#include <vector>

namespace crossfade {

// Asks the comparator whether NEW holds what stands on the gray lists, on a thread of its own: adding entries
// and deciding by them never wait for it. What is to be asked stands in the store, so a restart loses nothing.
// Of several replicas the leader asks.
// A check that cannot be asked is left alone for 1 s, doubling to a minute; the others go on.
class GrayChecks : public RouterModule {
public:
    GrayChecks(Service &service, const RouterOptions &options);
    ~GrayChecks() override;
    void addRoutes(RouteTable &) override {}
    Result<void> start() override;
    void stop() override;

private:
    using Clock = std::chrono::steady_clock;
    struct Due {
        std::string list;
        std::string id;
        std::int64_t looks = 0;
    };
    struct Pause {
        Clock::time_point until;
        std::chrono::milliseconds length{};
        std::string error;
    };
    using Answers = std::map<std::string, GrayResult, std::less<>>; // by id

    // At most what is asked for at once, which is what a statement may name.
    using Alike = std::map<std::tuple<std::string, GrayResult, std::int64_t>, std::vector<std::string>>;
    static Alike byAnswer(const std::vector<Due> &due, const Answers &answers);

    void run(const std::stop_token &stop);
    bool lookAtAll(const std::stop_token &stop); // whether more is due
    Result<std::vector<std::string>> checks() const;
    Result<bool> look(const std::string &check) const; // whether more is due
    Result<std::vector<Due>> due(const std::string &check) const;
    Result<Answers> ask(const std::string &check, const std::vector<Due> &due) const;
    Result<void> keep(const std::string &check, const std::vector<Due> &due, const Answers &answers,
                      std::int64_t term) const;
    void pause(const std::string &check, const Error &error);

    Store &m_store;
    const Leadership &m_leadership;
    const std::string m_url;
    const std::string m_tokenFile;
    std::map<std::string, Pause> m_pauses; // by check
    std::atomic<bool> m_cancelled{false};
    std::mutex m_mutex;
    std::condition_variable_any m_wake;
    std::jthread m_thread;
};

} // namespace crossfade
