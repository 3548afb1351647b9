// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/items/approvalwords.h"

#include <QTest>

using namespace crossfade;

namespace {

ApprovalEvidence evidence(std::initializer_list<const char *> verdicts)
{
    ApprovalEvidence made;
    std::int64_t at = 1'000'000;
    for (const char *verdict : verdicts)
        made.windows.push_back({instantFromMs(at += 10'000), 98.0, 500, verdict});
    return made;
}

} // namespace

class TestApprovalWords : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void theWindowsThatTripped()
    {
        ApprovalEvidence all = evidence({"PASS", "PASS", "BREACH", "PASS", "BREACH", "BREACH", "BREACH"});
        const ApprovalEvidence judged = judgedBy(all, 3);
        QCOMPARE(judged.windows.size(), std::size_t(3));
        QCOMPARE(breachedWindows(judged), 3);
        QVERIFY(judged.windows.front().at < judged.windows.back().at);
        QVERIFY(judged.windows.back() == all.windows.back());
    }

    void oneOfThree()
    {
        QCOMPARE(breachedWindows(judgedBy(evidence({"BREACH", "BREACH", "PASS", "PASS", "BREACH"}), 3)), 1);
        QCOMPARE(judgedBy(evidence({"BREACH"}), 3).windows.size(), std::size_t(1));
        QVERIFY(judgedBy(evidence({}), 3).windows.empty());
    }

    // Guards go on being judged while nobody answers: those windows did not trip anything.
    void laterWindowsAreNoReason()
    {
        ApprovalEvidence all = evidence({"BREACH", "BREACH", "BREACH", "PASS", "PASS"});
        all.trippedAt = all.windows[2].at;
        QCOMPARE(breachedWindows(judgedBy(all, 3)), 3);
        all.trippedAt = instantFromMs(1); // another clock
        QCOMPARE(judgedBy(all, 3).windows.size(), std::size_t(3));
    }

    // Of a relative guard overlapping windows tell the same story twice.
    void aRelativeGuardCountsWindowsThatShareNothing()
    {
        ApprovalEvidence all = evidence({"BREACH", "BREACH", "PASS", "BREACH", "PASS", "BREACH", "BREACH"});
        all.tolerance = 0.5;
        all.windowSeconds = 30;
        const ApprovalEvidence judged = judgedBy(all, 3);
        QCOMPARE(judged.windows.size(), std::size_t(3));
        QVERIFY(judged.windows[0] == all.windows[0] && judged.windows[1] == all.windows[3] && judged.windows[2] == all.windows[6]);
        QCOMPARE(breachedWindows(judged), 3);
    }

    void newestFirstIsSorted()
    {
        ApprovalEvidence all = evidence({"PASS", "PASS", "BREACH", "BREACH"});
        std::reverse(all.windows.begin(), all.windows.end());
        QCOMPARE(breachedWindows(judgedBy(all, 2)), 2);
    }
};

QTEST_GUILESS_MAIN(TestApprovalWords)
#include "tst_approvalwords.moc"
