// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/services/router/routerservice.h"

#include <gtest/gtest.h>

#include <atomic>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace crossfade {

// A router with groups of few users and short times, and traffic that goes where the router says.
class GroupTest : public testing::Test {
protected:
    void SetUp() override { ASSERT_TRUE(router.start()) << router.log(); }

    static std::string path(const std::string &id, const std::string &rest = {}) {
        return "/api/v1/user-groups/" + id + rest;
    }
    // Batches of 2 that settle for a second, one guard judged each second; `changes` over it.
    static Json groupBody(const std::string &name, const Json &changes = Json::object());
    std::string createGroup(const std::string &name, const Json &changes = Json::object());
    // "u00", "u01", … from `first`.
    static std::vector<std::string> names(int count, int first = 0);
    TestAnswer upload(const std::string &id, const std::vector<std::string> &users,
                      const std::string &type = "text/plain");
    std::string createWith(const std::string &name, int users, const Json &changes = Json::object());

    Json group(const std::string &id) { return router.get(path(id)); }
    Json shift(const std::string &id) { return group(id).at("shift"); }
    std::string stateOf(const std::string &id) { return shift(id).at("state"); }
    // One letter a batch: "MMSPP".
    std::string batchesOf(const std::string &id);
    TestAnswer act(const std::string &id, const std::string &name, Json body = Json::object(),
                   const std::string &roles = "operator");
    bool waitGroup(const std::string &id, const std::string &state,
                   std::chrono::milliseconds limit = std::chrono::seconds(20));
    std::vector<Json> historyOf(const std::string &id); // oldest first
    Json decide(const std::string &user);

    RouterService router;
};

// Every quarter of a second each user is asked for where the router says he is served; those in
// `failing` fail on NEW, those in `silent` are not seen.
class GroupTraffic {
public:
    GroupTraffic(RouterService &router, std::vector<std::string> users);
    void fail(const std::vector<std::string> &users);
    void silence(const std::vector<std::string> &users);

private:
    void run(const std::stop_token &stop);

    const std::string m_url;
    const std::string m_viewer;
    const std::string m_observer;
    const std::vector<std::string> m_users;
    std::mutex m_mutex;
    std::vector<std::string> m_failing;
    std::vector<std::string> m_silent;
    std::jthread m_thread;
};

} // namespace crossfade
