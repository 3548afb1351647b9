// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/support/http.h"

#include <cstdint>
#include <map>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <vector>

namespace crossfade {

// A client's book of the commands that the router acknowledged: of a shift, a group and a gray list of its own,
// answers to approvals, alerts seen, switches. Each act has a reason that no other one has: what the audit says of a
// reason says whether the act was done, and how often.
class ActLedger {
public:
    struct Tokens {
        std::string operates; // viewer, operator, approver, admin and service in one
        std::string asks;     // another person, who asks for what needs two
    };
    // `number` tells the books of several clients apart; the first alone changes the switches.
    ActLedger(std::size_t number, Tokens tokens);

    // Its shift, group and gray list, by a router that answers.
    void begin(const std::string &router);
    // One more act; false once the router does not answer.
    bool act(const std::string &router);

    struct Verdict {
        std::vector<std::string> lost;    // acknowledged, but not there as acknowledged
        std::vector<std::string> twice;   // done more than once
        std::vector<std::string> strange; // refused, but done
    };
    // What a router's audit says since a time: of each reason how often each action was done.
    using Audit = std::map<std::string, std::map<std::string, int>>;
    static Audit auditOf(const TestClient &router, const std::string &from);
    const std::string &begun() const { return m_begun; } // this page: after that
    // Compares what was acknowledged since the last settle() with what the router has; the unanswered act may have
    // happened or not.
    Verdict hold(const std::string &router, const Audit &audit) const;
    // Whether its shift and group stand at this router where their histories, their percentage and their batches say that
    // they do, each user asked for: "" or what is otherwise, though it was given time to settle.
    std::string standing(const std::string &router) const;
    // The same of everything from the beginning, by the audit alone.
    Verdict holdAll(const Audit &audit) const;
    // Sends the unanswered act again, as a client would, and closes the page.
    void settle(const std::string &router);

    // Acts that were acknowledged, by kind: "shift", "group", "gray list", "approval", "alert", "switches".
    const std::map<std::string, int> &acknowledged() const { return m_acknowledged; }

private:
    struct Act {
        std::string kind;
        std::string method, path;
        Json body;
        std::string version = {}; // for If-Match; else it has a key
        std::string reason = {};
        std::string token = {};
        bool done = false; // acknowledged; else refused
        int status = 0;
    };

    static constexpr std::size_t BatchSize = 2;

    TestClient client(const std::string &router, const std::string &token = {}) const;
    static TestAnswer send(const TestClient &client, const Act &act);
    // True if it was answered, whatever the answer; what was acknowledged is noted.
    bool perform(const std::string &router, Act act, TestAnswer *answer = nullptr);
    void note(const Act &act, int status);
    bool commandShift(const std::string &router);
    bool commandGroup(const std::string &router);
    bool changeGrayList(const std::string &router);
    bool seeAlert(const std::string &router);
    bool decideApproval(const std::string &router);
    bool decide(const std::string &router, const std::string &id, bool approve);
    bool changeSwitches(const std::string &router);
    // Reads what a command starts from: null if there is no answer.
    Json read(const std::string &router, const std::string &path) const;

    static void compare(const std::vector<Act> &acts, const Audit &audit, Verdict &verdict);
    static Json itemsOf(const TestClient &client, const std::string &path);
    void holdCommands(const TestClient &client, Verdict &verdict) const;
    std::string shiftStanding(const TestClient &client) const;
    std::string groupStanding(const TestClient &client) const;
    std::vector<std::string> members() const;
    void holdGrayList(const TestClient &client, Verdict &verdict) const;
    void holdApprovals(const TestClient &client, Verdict &verdict) const;
    void holdAlertsAndSwitches(const TestClient &client, Verdict &verdict) const;

    const std::string m_name;
    const bool m_changesSwitches;
    const Tokens m_tokens;
    std::mt19937_64 m_random;
    std::uint64_t m_turn = 0;
    int m_count = 0;
    std::string m_policy, m_group;
    std::string m_begun; // this page, the first act of which is younger
    std::vector<Act> m_page;
    std::vector<Act> m_before; // of the pages before it
    std::optional<Act> m_open; // sent, not answered
    std::map<std::string, int> m_acknowledged;
    // As acknowledged last.
    std::map<std::string, bool> m_listed;         // on the gray list, by user
    std::map<std::string, std::string> m_decided; // approvals of this page: their state
    std::set<std::string> m_seen;                 // alerts of this page
    std::optional<std::int64_t> m_threshold;
};

} // namespace crossfade
