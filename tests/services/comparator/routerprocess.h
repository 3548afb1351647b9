// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/services/teststore.h"
#include "tests/support/http.h"
#include "tests/support/process.h"
#include "tests/support/tempdir.h"

#include <map>
#include <memory>
#include <string>
#include <vector>

namespace crossfade {

// A real router beside a comparator. It keeps its address when it is started again.
class RouterProcess {
public:
    explicit RouterProcess(bool postgres = false);
    explicit RouterProcess(const RouterProcess &beside); // another replica on its store, with its tokens
    void start(const std::vector<std::string> &options = {});
    void kill() { m_process->kill(); }
    TestClient as(const std::string &role) const;
    const std::string &url() const { return m_url; }
    std::string tokenFile(const std::string &role) const { return m_dir.file(role + ".token"); }
    std::string log() const;
    std::vector<Json> alerts() const; // newest first

private:
    TempDir m_dir;
    std::shared_ptr<TestStore> m_store;
    std::map<std::string, std::string> m_tokens;
    std::string m_url;
    std::unique_ptr<Process> m_process;
    int m_starts = 0;
};

} // namespace crossfade
