// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/services/router/shiftfixture.h"

#include <utility>

namespace crossfade {

// Questions of every kind, and those who answer them.
class ApprovalTest : public ShiftTest {
protected:
    static Json everybodyToNew();
    // PUT /switches over the version they are at.
    TestAnswer put(const Json &switches, const std::string &roles);
    TestAnswer ask(const std::string &roles) { return put(everybodyToNew(), roles); }
    std::string pathOfAsked(); // by admin-1
    TestAnswer answerFor(const std::string &path, const Json &gates, const std::string &roles);
    void answerForAll(const std::string &path); // by approver-1, those that are closed
    TestAnswer decide(const std::string &path, const std::string &how, const std::string &roles);
    // Two clients in the same moment.
    std::pair<TestAnswer, TestAnswer> atOnce(const std::string &path, const std::string &oneToken,
                                             const std::string &oneAct, const std::string &twoToken,
                                             const std::string &twoAct);
    // Sudden death, something done to the store meanwhile, and a start.
    void killAndEdit(const std::vector<std::string> &statements);
    // The same over an open question whose deadline is long past by then.
    void killUntilTooLate(const std::string &policyId);

    // A policy on a system of its own that waits for the approval of its first step, set off by `roles`.
    std::string awaiting(const std::string &system, Json changes = Json::object(),
                         const std::string &roles = "operator");
    // One whose guard tripped at 10 %; NEW goes on failing while `load` lives.
    std::string proposed(const std::string &system, Json changes, std::unique_ptr<Traffic> &load);
    std::string approvalPathOf(const std::string &policyId); // of its open approval
};

} // namespace crossfade
