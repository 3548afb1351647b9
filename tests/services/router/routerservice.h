// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/services/teststore.h"
#include "tests/support/contract.h"
#include "tests/support/http.h"
#include "tests/support/process.h"
#include "tests/support/tempdir.h"

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace crossfade {

// A running crossfade-router over a data folder of its own. Every answer that passes through call() is
// held against the contract.
class RouterService {
public:
    RouterService();
    bool start(const std::vector<std::string> &arguments = {},
               const std::vector<std::string> &environment = {});
    std::optional<int> stop(); // SIGTERM; the exit code
    void kill() { m_process->kill(); }

    // A client with a token of these roles (one token each, kept); "" has no token.
    TestClient client(const std::string &roles);
    // The text of that token.
    std::string token(const std::string &roles);

    struct Call {
        std::string method;
        std::string path;
        Json body;                      // null: none
        std::string version = {};       // for If-Match; "" = no header
        std::string roles = "admin";
        TestClient::Headers headers = {};
    };
    TestAnswer call(const Call &call);
    // The same with a body that need not be JSON.
    TestAnswer send(const Call &call, const std::string &body, const std::string &contentType);

    // Shorthands as admin; they expect the status.
    Json get(const std::string &path, int status = 200);
    Json post(const std::string &path, const Json &body, int status = 201);

    // A change of the switches that needs a second person: admin-1 asks, approver-1 answers for the gates
    // that are closed and approves. What was answered last.
    TestAnswer putApproved(const Json &switches);

    const std::string &url() const { return m_url; }
    std::string file(const std::string &name) const { return m_directory.file(name); }
    // With --data and --database.
    Output command(std::vector<std::string> arguments) const;
    std::string log() const;
    std::unique_ptr<StoreConnection> store() const { return m_store.open(file("data")); }
    Contract &contract() { return m_contract; }

private:
    TestAnswer checked(const Call &call, const TestAnswer &answer);

    TempDir m_directory;
    TestStore m_store;
    std::unique_ptr<Process> m_process;
    std::string m_url;
    std::mutex m_tokensMutex; // a test may listen in a thread of its own
    std::map<std::string, std::string> m_tokens;
    Contract m_contract{"router.yaml"};
};

// The first pointer of a problem's errors, "" if it has none.
std::string pointerOf(const TestAnswer &answer);
// Whether an operation, or a status of one, is about rules, switches, directory, decisions, previews
// or users; else it is about shifts or of every service.
bool isRouting(const std::string &line);
// The same of user groups: test_groupstatuses.cpp.
bool isOfGroups(const std::string &line);
// The same of agents: test_agentslots.cpp.
bool isOfAgents(const std::string &line);
Json userRuleBody(const std::string &user, const std::string &platform = "NEW");

} // namespace crossfade
