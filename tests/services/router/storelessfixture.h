// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/services/router/approvalfixture.h"
#include "tests/support/stopwatch.h"

#include <chrono>
#include <cstdio>
#include <fstream>
#include <string>
#include <vector>

namespace crossfade {

using StorelessClock = std::chrono::steady_clock;

// A router whose store can be held, and what it does meanwhile.
class Storeless : public ApprovalTest {
protected:
    // At 10 % of everybody, baking for long.
    std::string atTen() {
        const std::string id = createPolicy({{"stabilization_seconds", 600}});
        const auto load = traffic(id);
        EXPECT_EQ(act(id, "shift"), 200);
        EXPECT_TRUE(waitPercentage(id, 10)) << shift(id).dump();
        EXPECT_FALSE(userOnNew().empty());
        return id;
    }
    std::string platformOf(const std::string &user) {
        const Json decided = router.post("/api/v1/decisions", {{"requests", {{{"user_id", user}}}}}, 200);
        return decided.at("decisions")[0].at("platform");
    }
    std::string userOnNew() {
        for (int i = 0; i < 1'000; ++i) {
            const std::string user = "user-" + std::to_string(i);
            if (platformOf(user) == "NEW") return user;
        }
        return {};
    }
    Json unstored() { return router.get("/api/v1/rollbacks/unstored").at("items"); }
    bool waitStored() {
        return waitFor([&] { return unstored().empty(); }, std::chrono::seconds(20));
    }
    std::string journal() {
        std::ifstream in(router.file("data") + "/rollbacks.journal");
        std::string lines; // up to the zeros
        std::getline(in, lines, '\0');
        return lines;
    }
    std::vector<Json> entriesOf(const std::string &id, const std::string &cause) {
        std::vector<Json> found;
        for (const Json &entry : history(id)) {
            if (entry.at("cause") == cause) found.push_back(entry);
        }
        return found;
    }
    std::vector<Json> audited(const std::string &action) {
        std::vector<Json> found;
        const Json page = router.get("/api/v1/audit?limit=1000");
        for (const Json &entry : page.at("items")) {
            if (entry.at("action") == action) found.push_back(entry);
        }
        return found;
    }
    bool isIntact() { return router.get("/api/v1/audit/verification").at("intact").get<bool>(); }
    // With its time; held against the contract.
    TestAnswer rollBack(const std::string &path, const Json &body, double mostSeconds = 3) {
        const Stopwatch watch;
        TestAnswer answer = router.call({"POST", path, body, {}, "operator"});
        const double seconds = watch.seconds();
        EXPECT_LT(seconds, mostSeconds) << path;
        std::printf("%s: %d after %.2f s\n", path.c_str(), answer.status, seconds);
        return answer;
    }
};

} // namespace crossfade
