// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/core/json.h"
#include "models/core/result.h"

#include <cstdint>
#include <string>

namespace crossfade {

// The tokens of one service, by the subject's task.
struct SandboxTokens {
    std::string admin;
    std::string operator_;
    std::string approver;
    std::string viewer;
    std::string observer; // the load's; router only
    std::string service;  // the comparator's; router only
};

struct RouterSetup {
    std::string url;
    SandboxTokens tokens;
    std::string legacyDatabase; // the directory is read from it
    std::string legacyUrl;
    std::string newUrl;
    double rate = 20; // requests a second, for the guards' samples
};

// Puts a practice router in order: LEGACY by default, the directory, the policy *logins*. What is
// there already stays as the operators left it. Answers the policy's id.
Result<std::string> configureRouter(const RouterSetup &setup);

struct ComparatorSetup {
    std::string url;
    SandboxTokens tokens;
    std::string legacyDatabase;
    std::string newDatabase;      // SQLite file or postgresql URL
    std::string passwordVariable; // environment variable with the password of newDatabase; or empty
};

// Sources, mapping USER and check *users-full*. Answers the check's id.
Result<std::string> configureComparator(const ComparatorSetup &setup);

// The bodies, for tests to look at.
Json loginsPolicy(const RouterSetup &setup);
Json userMapping(const std::string &legacySource, const std::string &newSource);

} // namespace crossfade
