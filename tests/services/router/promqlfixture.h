// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/services/router/answeringserver.h"
#include "tests/services/router/shiftfixture.h"

namespace crossfade {

// Metric sources and guards on them.
class PromqlTest : public ShiftTest {
protected:
    static Json sourceOf(const std::string &url, const Json &changes = Json::object()) {
        Json source{{"name", "main"}, {"url", url}, {"timeout_seconds", 1}};
        for (const auto &[key, value] : changes.items())
            source[key] = value;
        return source;
    }
    TestAnswer putSources(const std::vector<Json> &sources) { return putItems(Json(sources)); }
    TestAnswer putItems(const Json &items) {
        const Json now = router.get("/api/v1/metric-sources");
        return router.call({"PUT", "/api/v1/metric-sources", {{"items", items}, {"reason", "test"}},
                            std::to_string(now.at("version").get<int>())});
    }
    // A policy whose only guard is the expression; windows of two seconds.
    static Json guardedBy(const std::string &expression, const Json &changes = Json::object()) {
        Json guard{{"id", "own"},        {"metric", "PROMQL"},    {"source", "main"},
                   {"expression", expression}, {"comparison", "<="}, {"threshold", 0.8},
                   {"window_seconds", 2}, {"breaches", 2},        {"windows", 2}};
        for (const auto &[key, value] : changes.items())
            guard[key] = value;
        return Json{{"guards", Json::array({guard})}};
    }
    Json standing(const std::string &id) { return router.get(pathOf(id, "/guards")).at("items")[0]; }
    bool waitVerdict(const std::string &id, const std::string &verdict) {
        return waitFor([&] { return standing(id).at("verdict") == verdict; });
    }
    bool waitDetail(const std::string &id, const std::string &part) {
        return waitFor([&] { return standing(id).at("detail").get<std::string>().find(part) != std::string::npos; });
    }
    Json tryOut(const Json &body, int status = 200) {
        const TestAnswer answer = router.call({"POST", "/api/v1/metric-sources/try", body, {}, "operator"});
        EXPECT_EQ(answer.status, status) << answer.body;
        return answer.json;
    }
    // As Prometheus answers an instant query.
    static std::string vectorAnswer(const std::string &value, double ageSeconds = 0) {
        const double now = std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
        return dumpJson({{"status", "success"},
                         {"data",
                          {{"resultType", "vector"},
                           {"result", Json::array({{{"metric", Json::object()},
                                                    {"value", Json::array({now - ageSeconds, value})}}})}}}});
    }
};

} // namespace crossfade
