// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/services/teststore.h"
#include "tests/support/http.h"
#include "tests/support/process.h"
#include "tests/support/tempdir.h"

#include <memory>
#include <string>
#include <vector>

namespace crossfade {

// A running crossfade-probe over a data folder of its own.
class ProbeService {
public:
    explicit ProbeService(bool postgres = testsOnPostgres());
    // Answers whether it became ready.
    bool start(const std::vector<std::string> &arguments = {},
               const std::vector<std::string> &environment = {});
    std::optional<int> stop(); // SIGTERM; the exit code
    void kill();               // SIGKILL

    // `token add`; the token's text.
    std::string token(const std::string &roles, const std::string &subject = "tester",
                      const std::vector<std::string> &more = {});
    TestClient client(const std::string &roles = "operator");
    Output command(std::vector<std::string> arguments) const; // with --data, --resources, --database
    std::unique_ptr<StoreConnection> store() const { return m_store.open(data()); }
    const std::string &database() const { return m_store.database(); }
    // What serve and the commands are given as --database instead: a way to the same that can be cut.
    void setDatabase(const std::string &url) { m_databaseOptions = {"--database", url}; }

    const std::string &url() const { return m_url; }
    int port() const;
    std::string dataFile(const std::string &name) const { return data() + "/" + name; }
    std::string data() const { return m_directory.file("data"); }
    std::string resources() const { return m_directory.file("resources"); }
    std::string log() const;
    Process &process() { return *m_process; }
    const TempDir &directory() const { return m_directory; }

private:
    TempDir m_directory;
    TestStore m_store;
    std::vector<std::string> m_databaseOptions;
    std::unique_ptr<Process> m_process;
    std::string m_url;
};

} // namespace crossfade
