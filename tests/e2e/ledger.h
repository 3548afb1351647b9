// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/support/http.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <map>
#include <optional>
#include <random>
#include <set>
#include <string>

namespace crossfade {

// A client's book of what the router acknowledged: rules made, changed, deleted. After any end of
// the router all of it must be there, and nothing else but the one act that got no answer.
class RuleLedger {
public:
    explicit RuleLedger(std::uint64_t seed)
        : m_random(seed)
        , m_run(std::to_string(seed))
    {
    }

    // One more act; false once the router does not answer.
    bool act(const TestClient &router)
    {
        const std::uint64_t draw = m_random() % 10;
        if (m_rules.size() < 5 || draw < 6) return create(router);
        auto rule = m_rules.begin();
        std::advance(rule, static_cast<std::ptrdiff_t>(m_random() % m_rules.size()));
        return draw < 8 ? change(router, rule->first) : remove(router, rule->first);
    }
    std::size_t acknowledged() const { return m_acknowledged; }

    struct Verdict {
        std::size_t lost = 0;    // acknowledged, but not there as acknowledged
        std::size_t strange = 0; // there, but never asked for
    };
    // Compares with what the router now has; the unanswered act may have happened or not.
    Verdict hold(const TestClient &router) const
    {
        const std::map<std::string, Rule> there = rulesOf(router);
        Verdict verdict;
        for (const auto &[id, rule] : m_rules) {
            if (isOpen(id)) continue;
            const auto found = there.find(id);
            verdict.lost += found == there.end() || !(found->second == rule) ? 1 : 0;
        }
        for (const auto &[id, rule] : there) {
            const bool mine = rule.name.starts_with("ledger-" + m_run + "-");
            const bool asked = m_rules.contains(id) || (m_open && m_open->key == rule.name);
            verdict.strange += mine && !asked ? 1 : 0;
            verdict.lost += m_deleted.contains(id) ? 1 : 0; // a deletion that came undone
        }
        return verdict;
    }
    // Sends the unanswered act again with its key, as a client would: it is done once, whatever
    // was.
    void settle(const TestClient &router)
    {
        if (!m_open) return;
        const Open open = *m_open;
        m_open.reset();
        if (open.method == "POST") {
            const TestAnswer answer = send(router, open);
            EXPECT_EQ(answer.status, 201) << answer.body;
            if (answer.status == 201) noteRule(answer);
            return;
        }
        // A change or deletion is looked up instead: its version tells whether it happened.
        const TestAnswer now = router.get("/api/v1/rules/" + open.id);
        m_rules.erase(open.id);
        if (now.status == 200)
            noteRule(now);
        else
            m_deleted.insert(open.id);
        EXPECT_TRUE(now.status == 200 || (now.status == 404 && open.method == "DELETE"))
            << now.body;
    }

private:
    struct Rule {
        std::string name;
        int priority = 0;
        std::int64_t version = 0;
        bool operator==(const Rule &) const = default;
    };
    struct Open {
        std::string method, path, key, id;
        Json body;
        std::string version;
    };

    static Rule ruleOf(const Json &json)
    {
        return {json.value("config_name", ""), json.value("priority", -1),
                json.value("version", std::int64_t{0})};
    }
    void noteRule(const TestAnswer &answer)
    {
        m_rules[answer.json.value("id", "")] = ruleOf(answer.json);
    }
    bool isOpen(const std::string &id) const { return m_open && m_open->id == id; }

    static TestAnswer send(const TestClient &router, const Open &open)
    {
        TestClient::Headers headers{{"Content-Type", "application/json"}};
        if (open.method == "POST")
            headers.emplace_back("Idempotency-Key", open.key);
        else
            headers.emplace_back("If-Match", "\"" + open.version + "\"");
        return router.send(open.method, open.path, open.body.is_null() ? "" : dumpJson(open.body),
                           headers);
    }
    // Nothing without an answer counts; a refusal would be a mistake of this book.
    bool perform(const TestClient &router, Open open, int expected, TestAnswer &answer)
    {
        m_open = open;
        answer = send(router, open);
        if (answer.status == 0 || answer.status == 503) return false;
        EXPECT_EQ(answer.status, expected) << open.method << " " << open.path << " " << answer.body;
        m_open.reset();
        ++m_acknowledged;
        return true;
    }
    bool create(const TestClient &router)
    {
        const std::string name = "ledger-" + m_run + "-" + std::to_string(++m_count);
        const Json body{{"config_name", name},
                        {"config_type", "USER_BASED"},
                        {"target_entity", "x" + name},
                        {"target_platform", "NEW"},
                        {"reason", "ledger"},
                        {"priority", 100},
                        {"active", true}};
        TestAnswer answer;
        if (!perform(router, {"POST", "/api/v1/rules", name, "", body, ""}, 201, answer))
            return false;
        noteRule(answer);
        return true;
    }
    bool change(const TestClient &router, const std::string &id)
    {
        TestAnswer answer;
        const int priority = static_cast<int>(m_random() % 1'000);
        if (!perform(router,
                     {"PATCH",
                      "/api/v1/rules/" + id,
                      "",
                      id,
                      {{"priority", priority}},
                      std::to_string(m_rules[id].version)},
                     200, answer))
            return false;
        EXPECT_EQ(answer.json.value("priority", -1), priority);
        noteRule(answer);
        return true;
    }
    bool remove(const TestClient &router, const std::string &id)
    {
        TestAnswer answer;
        const std::string version = std::to_string(m_rules[id].version);
        if (!perform(router, {"DELETE", "/api/v1/rules/" + id, "", id, {}, version}, 204, answer))
            return false;
        m_deleted.insert(id); // first: the id may be the key that goes
        m_rules.erase(id);
        return true;
    }
    static std::map<std::string, Rule> rulesOf(const TestClient &router)
    {
        std::map<std::string, Rule> rules;
        std::string cursor;
        do {
            const TestAnswer page = router.get("/api/v1/rules?limit=1000" +
                                               (cursor.empty() ? "" : "&cursor=" + cursor));
            EXPECT_EQ(page.status, 200) << page.body;
            if (page.status != 200) break;
            for (const Json &item : page.json.at("items"))
                rules[item.value("id", "")] = ruleOf(item);
            cursor = page.json.at("next_cursor").is_string()
                         ? page.json.at("next_cursor").get<std::string>()
                         : "";
        } while (!cursor.empty());
        return rules;
    }

    std::mt19937_64 m_random;
    std::string m_run;
    int m_count = 0;
    std::size_t m_acknowledged = 0;
    std::map<std::string, Rule> m_rules; // as last acknowledged
    std::set<std::string> m_deleted;
    std::optional<Open> m_open; // sent, not answered
};

// The audit chain as the service itself sees it.
inline bool auditIntact(const TestClient &service)
{
    const TestAnswer answer = service.get("/api/v1/audit/verification");
    return answer.status == 200 && answer.json.value("intact", false);
}

} // namespace crossfade
