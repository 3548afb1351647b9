// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/consistency/checkalert.h"

#include <gtest/gtest.h>

namespace crossfade {
namespace {

RunOutcome outcomeOf(const std::string &state, CheckStatus status)
{
    RunOutcome outcome;
    outcome.checkName = "users";
    outcome.state = state;
    outcome.status = status;
    outcome.consistency = Percentage::fromHundredths(9'820);
    outcome.threshold = Percentage::fromHundredths(9'950);
    outcome.error = "no such column: name";
    return outcome;
}

std::string typeOf(const RunOutcome &outcome)
{
    const auto alert = alertFor(outcome);
    return alert ? alert->type + " " + alert->severity : "";
}

TEST(CheckAlert, TellsWhatWentWrongOnly)
{
    EXPECT_EQ(typeOf(outcomeOf("FINISHED", CheckStatus::Success)), "");
    EXPECT_EQ(typeOf(outcomeOf("FINISHED", CheckStatus::Partial)), "CHECK_PARTIAL MEDIUM");
    EXPECT_EQ(typeOf(outcomeOf("FINISHED", CheckStatus::Failed)),
              "DATA_INCONSISTENCY MEDIUM");
    for (const CheckStatus status : {CheckStatus::Success, CheckStatus::Failed, CheckStatus::Partial}) {
        EXPECT_EQ(typeOf(outcomeOf("FAILED", status)), "DATA_CONSISTENCY_CHECK_FAILED HIGH");
        EXPECT_EQ(typeOf(outcomeOf("CANCELLED", status)), "");
        EXPECT_EQ(typeOf(outcomeOf("PAUSED", status)), "");
    }
}

TEST(CheckAlert, IsNotRaisedForSingleEntitiesUnlessNothingCouldBeRead)
{
    RunOutcome outcome = outcomeOf("FINISHED", CheckStatus::Failed);
    outcome.wholeTable = false;
    EXPECT_EQ(typeOf(outcome), "");
    outcome.state = "FAILED";
    EXPECT_EQ(typeOf(outcome), "DATA_CONSISTENCY_CHECK_FAILED HIGH");
}

TEST(CheckAlert, NamesTheRepairAndWhoHasToSeeToIt)
{
    const CheckAlert alert = repairAssigned("USER", "u of 7", "ann", "operator-1");
    EXPECT_EQ(alert.type + " " + alert.severity, "REPAIR_ASSIGNED LOW");
    EXPECT_EQ(alert.message, "The repair of USER u of 7 was assigned to ann by operator-1.");
    EXPECT_EQ(repairAssigned("USER", std::string(3'000, 'x'), "ann", "bob").message.size(), 2'000U);
}

TEST(CheckAlert, SaysWhyNothingIsRepairedByItself)
{
    const CheckAlert alert = autoRepairStopped("users", "4 rows to repair are more than 3");
    EXPECT_EQ(alert.type + " " + alert.severity, "AUTO_REPAIR_LIMIT MEDIUM");
    EXPECT_EQ(alert.message,
              "The check users repairs nothing of its run by itself: 4 rows to repair are more than 3. Its differences are open.");
}

TEST(CheckAlert, TellsOfOneConflictAndOfMany)
{
    const CheckAlert one = conflictAssigned("USER", "u7", "ann");
    EXPECT_EQ(one.type + " " + one.severity, "REPAIR_ASSIGNED LOW");
    EXPECT_EQ(one.message, "The conflict of USER u7 was assigned to ann by the assignment rules.");
    EXPECT_EQ(conflictAssigned("USER", std::string(3'000, 'x'), "ann").message.size(), 2'000U);
    const CheckAlert many = conflictsAssigned(12, "USER LEGACY to NEW", "the role approver");
    EXPECT_EQ(many.type + " " + many.severity, "REPAIR_ASSIGNED LOW");
    EXPECT_EQ(many.message,
              "12 conflicts of the sync USER LEGACY to NEW wait for the role approver, by the assignment rules.");
}

TEST(CheckAlert, NamesCheckShareAndThreshold)
{
    EXPECT_EQ(alertFor(outcomeOf("FINISHED", CheckStatus::Failed))->message,
              "The check users found 98.2 % consistent, below its threshold of 99.5 %.");
    EXPECT_EQ(alertFor(outcomeOf("FAILED", CheckStatus::Partial))->message,
              "The check users failed: no such column: name");
    RunOutcome empty = outcomeOf("FINISHED", CheckStatus::Partial);
    empty.consistency.reset();
    EXPECT_EQ(alertFor(empty)->message, "The check users could not judge every row; consistent of "
                                        "those judged: nothing.");
}

TEST(CheckAlert, IsCutBetweenCharacters)
{
    RunOutcome outcome = outcomeOf("FAILED", CheckStatus::Partial);
    outcome.error.clear();
    for (int i = 0; i < 1'500; ++i)
        outcome.error += "\xC3\xA4"; // ä
    const std::string message = alertFor(outcome)->message;
    EXPECT_LE(message.size(), 2'000u);
    EXPECT_GE(message.size(), 1'999u);
    EXPECT_EQ(message.substr(message.size() - 2), "\xC3\xA4");
}

TEST(DeliveryPause, DoublesUpToItsBound)
{
    const int seconds[] = {1, 1, 2, 4, 8, 16, 30, 30, 30};
    for (int failures = 0; failures < 9; ++failures)
        EXPECT_EQ(deliveryPause(failures), std::chrono::seconds(seconds[failures])) << failures;
    EXPECT_EQ(deliveryPause(1'000'000), std::chrono::seconds(30));
}

} // namespace
} // namespace crossfade
